import { join } from "node:path";
import { UserError } from "../../../base/errors.ts";
import { readJson } from "../../../base/files.ts";
import { CONFIG_FILE } from "../../../models/files.ts";
import { localModelDir, parseModelReference } from "../../../models/locate.ts";
import { error } from "../../diagnostic.ts";
import { isWritten, type Check, type CheckContext } from "../check.ts";

interface Positions {
  model_type?: unknown;
  max_position_embeddings?: unknown;
}

/** C24: more tokens than the model has positions for end in an index error. RoBERTa's family keeps two positions for itself. */
export const c24: Check = {
  id: "C24",
  severity: "error",
  title: "a `data.max_length` above the model's positions",
  why: "A token beyond the last position has no embedding: the run ends with an index error at the first long row.",
  run(context) {
    if (!isWritten(context, "data.max_length")) return [];
    const { max_position_embeddings: positions, model_type: type } = readPositions(context);
    if (typeof positions !== "number") return [];
    const usable = /roberta|camembert/.test(String(type)) ? positions - 2 : positions;
    const path = ["data", "max_length"];
    const length = context.config.data.max_length;
    if (length <= usable) return [];
    const message = `\`data.max_length\` is ${length}, but the model takes ${usable} tokens. Write ${usable} or less.`;
    const fix = { title: `Write ${usable}`, safe: true, edits: [{ kind: "set", path, value: usable } as const] };
    return [error("C24", path, message, { fixes: [fix] })];
  },
};

function readPositions({ config, baseDir }: CheckContext): Positions {
  try {
    const dir = localModelDir(parseModelReference(config.model.name_or_path, baseDir));
    return dir ? (readJson<Positions>(join(dir, CONFIG_FILE)) ?? {}) : {};
  } catch (problem) {
    if (problem instanceof UserError) return {}; // C63 tells
    throw problem;
  }
}
