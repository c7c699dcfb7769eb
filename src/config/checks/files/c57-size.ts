import { statSync } from "node:fs";
import { formatFileSize } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { UserError } from "../../../base/errors.ts";
import { isGlob } from "../../../data/glob.ts";
import { dataFiles } from "../../../data/locations.ts";
import { unchecked, type Check } from "../check.ts";
import { streamedWithout } from "../streaming.ts";

/** Above this, rows are read while training instead of before it. Bytes. */
const LARGE = 20e9;

/** C57, for data that is too large to be read before training. */
export const c57Size: Check = {
  id: "C57",
  severity: "error",
  title: "a pattern that stands for more than 20 GB of data, which is streamed, without `train.max_steps`",
  why: "Data of this size is read while training, so that its length is not known before.",
  run(context) {
    const { train, streaming, format } = context.config.data;
    const patterns = [train].flat().filter(isGlob);
    if (streaming || format === "hf" || patterns.length === 0) return [];
    try {
      const bytes = dataFiles(patterns, context.baseDir).reduce((sum, file) => sum + statSync(file).size, 0);
      if (bytes <= LARGE) return [];
      return streamedWithout(context, ["data", "train"]).map((finding) => ({
        ...finding,
        message: t("{0} of data are streamed. {1}", formatFileSize(bytes), finding.message),
      }));
    } catch (problem) {
      if (problem instanceof UserError) return unchecked("the data cannot be found");
      throw problem;
    }
  },
};
