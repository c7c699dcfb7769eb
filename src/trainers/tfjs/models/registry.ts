import { UserError } from "../../../base/errors.ts";
import { TINY, USE_LITE } from "../../../models/builtin.ts";
import { TOKENIZER_FILES } from "../../../models/files.ts";
import { hashedWords } from "../../../models/tokenizers/hashed-words.ts";
import { huggingFaceTokenizer } from "../../../models/tokenizers/hugging-face.ts";
import type { TextTokenizer } from "../../../models/tokenizers/tokenizer.ts";
import { unigramFolder } from "../../../models/tokenizers/unigram.ts";
import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import type { ConfigValues } from "./config-values.ts";
import { tinyArchitecture } from "./tiny.ts";
import { FAMILIES, transformerArchitecture } from "./transformer/families.ts";
import { useLiteArchitecture } from "./use-lite/architecture.ts";

/** A kind of model, by the `model_type` of its `config.json`. */
export interface ModelType {
  architecture(config: ConfigValues, options: ArchitectureOptions): Architecture;
  /** @param dir the model's folder */
  tokenizer(dir: string, config: ConfigValues): TextTokenizer;
  /** Tokenizer files that a saved folder takes along. */
  readonly tokenizerFiles: readonly string[];
}

const MODEL_TYPES: Readonly<Record<string, ModelType>> = {
  [USE_LITE]: {
    architecture: (_, options) => useLiteArchitecture(options),
    tokenizer: unigramFolder,
    tokenizerFiles: ["vocab.json"],
  },
  [TINY]: {
    architecture: tinyArchitecture,
    tokenizer: (_, config) => hashedWords(config.size("vocab_size")),
    tokenizerFiles: [],
  },
  ...Object.fromEntries(
    Object.keys(FAMILIES).map((kind): [string, ModelType] => [
      kind,
      {
        architecture: (config, options) => transformerArchitecture(kind, config, options),
        tokenizer: huggingFaceTokenizer,
        tokenizerFiles: TOKENIZER_FILES,
      },
    ]),
  ),
};

/** The kind of model a config names; an unknown one is a `UserError` that lists those which train here. */
export function modelTypeOf(config: ConfigValues): ModelType {
  const name = config.text("model_type", "");
  const type = MODEL_TYPES[name];
  if (type) return type;
  const said = name === "" ? "names no model_type" : `says model_type "${name}"`;
  throw new UserError("model-type-unsupported", `${config.file} ${said}, which the embedded trainer cannot train.`, {
    advice: `It trains ${Object.keys(FAMILIES).join(", ")}, builtin:use-lite and builtin:tiny.`,
    file: config.file,
  });
}
