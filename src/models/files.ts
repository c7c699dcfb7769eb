import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { t } from "../base/l10n.ts";

/** The files of a Hugging Face model folder that count here. */
export const CONFIG_FILE = "config.json";
export const WEIGHTS_FILE = "model.safetensors";
/** Names the shards of weights that lie in several files. */
export const WEIGHTS_INDEX = "model.safetensors.index.json";
export const TOKENIZER_FILE = "tokenizer.json";

/** Weights that are not read here. */
const OTHER_WEIGHTS = ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"];

/** Files that make up a tokenizer; only `tokenizer.json` must be there. */
export const TOKENIZER_FILES = [
  TOKENIZER_FILE,
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.txt",
  "vocab.json",
  "merges.txt",
  "sentencepiece.bpe.model",
  "spiece.model",
] as const;

/** The weight shards an index file names, each once. An index that names none is a `UserError`. */
export function shardNames(indexPath: string): string[] {
  const map = readJson<{ weight_map?: unknown }>(indexPath)?.weight_map;
  const names: unknown[] = typeof map === "object" && map !== null ? [...new Set<unknown>(Object.values(map))] : [];
  const plain = names.filter((name): name is string => typeof name === "string" && /^[\w.-]+$/.test(name));
  if (plain.length > 0 && plain.length === names.length) return plain;
  throw new UserError("weights-index-broken", t("{0} names no weight files.", indexPath), {
    advice: t("Fetch or copy it again."),
    file: indexPath,
  });
}

/** The weight files of a folder: the single one, or the shards of the index; empty when there are none. */
export function weightFiles(dir: string): string[] {
  if (existsSync(join(dir, WEIGHTS_FILE))) return [WEIGHTS_FILE];
  return existsSync(join(dir, WEIGHTS_INDEX)) ? shardNames(join(dir, WEIGHTS_INDEX)) : [];
}

/** Whether a folder holds weights in any format that Transformers loads. */
export const hasAnyWeights = (dir: string): boolean =>
  [WEIGHTS_FILE, WEIGHTS_INDEX, ...OTHER_WEIGHTS].some((name) => existsSync(join(dir, name)));

/**
 * Says as a `UserError` what a model folder lacks: config, weights (or only in a format that is not read here), a shard.
 * Whether a tokenizer file must be there depends on the kind of model, see `requireTokenizer`.
 */
export function requireModelFiles(dir: string): void {
  if (!existsSync(join(dir, CONFIG_FILE))) {
    throw new UserError("model-config-missing", t("The model folder {0} holds no {1}.", dir, CONFIG_FILE), {
      advice: t("A Hugging Face model folder has config.json, model.safetensors and tokenizer.json."),
      file: dir,
    });
  }
  const weights = weightFiles(dir);
  if (weights.length === 0) throw missingWeights(dir);
  const absent = weights.find((name) => !existsSync(join(dir, name)));
  if (absent !== undefined) {
    throw new UserError(
      "model-weights-missing",
      t("The model folder {0} holds no {1}, which {2} names.", dir, absent, WEIGHTS_INDEX),
      {
        advice: t("Fetch or copy it again."),
        file: join(dir, absent),
      },
    );
  }
}

/** A `UserError` when a folder has no `tokenizer.json`. */
export function requireTokenizer(dir: string): void {
  const path = join(dir, TOKENIZER_FILE);
  if (existsSync(path)) return;
  throw new UserError("model-tokenizer-missing", t("The model folder {0} holds no {1}.", dir, TOKENIZER_FILE), {
    advice: t("Save the tokenizer there (in Python: AutoTokenizer.from_pretrained(…).save_pretrained(folder))."),
    file: path,
  });
}

function missingWeights(dir: string): UserError {
  const other = OTHER_WEIGHTS.find((name) => existsSync(join(dir, name)));
  return other === undefined
    ? new UserError("model-weights-missing", t("The model folder {0} holds no {1}.", dir, WEIGHTS_FILE), {
        advice: t("Copy the weights there, or name another folder in model.name_or_path."),
        file: dir,
      })
    : new UserError("model-weights-format", t("The model folder {0} has its weights in {1} only.", dir, other), {
        advice: t(
          "Save them as {0} (in Python: model.save_pretrained(folder, safe_serialization=True)).",
          WEIGHTS_FILE,
        ),
        file: dir,
      });
}
