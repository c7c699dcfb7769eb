import { perDeviceBatch } from "../../arithmetic.ts";
import { t } from "../../../base/l10n.ts";
import { error, warning, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import { unchecked, type Check } from "../check.ts";
import { withModel } from "./known.ts";

const PATH = ["model", "name_or_path"];

/** C28: a tokenizer without a padding token, or one that pads with the end of the text. */
export const c28: Check = {
  id: "C28",
  severity: ["error", "warning"],
  title: "a tokenizer without a padding token, or one that pads with the end-of-text token",
  why: "Rows of different length make a batch only when the short ones are padded. Padding is left out of the loss: where it is the end-of-text token as well, the model never learns to stop.",
  async run(context) {
    const { task, model, data, train } = context.config;
    // The embedded trainer pads with the id of the model's configuration; packed rows are all of one length.
    if (model.framework !== "torch" || (data.packing && task === "causal-lm")) return [];
    return withModel(context, ({ tokenizer }) => {
      if (!tokenizer) return unchecked(t("the model's tokenizer is not here"));
      const { padToken, eosToken } = tokenizer;
      if (padToken === null) return [unpadded(eosToken, perDeviceBatch(train))];
      const writesText = task === "causal-lm" || task === "preference";
      if (!writesText || padToken !== eosToken) return [];
      return [
        warning(
          "C28",
          PATH,
          t(
            "The tokenizer pads with its end-of-text token {0}, so that the model may never learn to stop. Save it with a padding token of its own.",
            code(padToken),
          ),
        ),
      ];
    });
  },
};

/** The trainer pads with the end-of-text token where there is no other, and counts no padding in its loss. */
function unpadded(eosToken: string | null, rows: number): Finding {
  if (eosToken !== null) {
    const message = t(
      "The tokenizer has no padding token: rows are padded with its end-of-text token {0}.",
      code(eosToken),
    );
    return warning("C28", PATH, message);
  }
  if (rows === 1) {
    return warning(
      "C28",
      PATH,
      t("The tokenizer has no padding token: batches of more than one row are not possible."),
    );
  }
  const message = t(
    "The tokenizer has no padding token, which a batch of {0} rows needs. Save it with one, or write `train.per_device_train_batch_size: 1`.",
    rows,
  );
  return error("C28", PATH, message);
}
