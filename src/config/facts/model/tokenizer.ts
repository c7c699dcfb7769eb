import { join } from "node:path";
import { hasOwnTokenizer } from "../../../models/builtin.ts";
import { TOKENIZER_FILE } from "../../../models/files.ts";
import { openRegular, readJsonObject, readText } from "../../../models/regular-file.ts";
import { isMap, type PlainMap } from "../../schema/view.ts";
import type { TokenizerFacts } from "../facts.ts";

/** More than any template or settings file of a tokenizer has. */
const MAX_BYTES = 16_000_000;
/** The largest vocabularies of today take some 35 MB. */
const MAX_VOCABULARY_BYTES = 64_000_000;

/**
 * Padding token of tokenizers whose settings name none: the default of the class Transformers takes for the architecture
 * (`tokenization_*.py`). Llama, Mistral, GPT-2, GPT-NeoX, Phi and Falcon have none.
 */
const PAD_DEFAULTS: readonly (readonly [pattern: RegExp, token: string])[] = [
  [/^(?:bert|distilbert|electra|mobilebert|megatron-bert|ernie|squeezebert|deberta|funnel|convbert)/, "[PAD]"],
  [/^(?:roberta|xlm-roberta|camembert|mpnet|longformer|bart|mbart|t5|mt5|umt5|albert|gemma|bloom|opt|xlnet)/, "<pad>"],
  [/^qwen[23]/, "<|endoftext|>"],
];

/**
 * What a folder says of its tokenizer; null when there is none.
 * @param type `model_type` of the model
 * @param rows rows of its table of embeddings; 0 = not known
 */
export async function readTokenizerFacts(dir: string, type: string, rows: number): Promise<TokenizerFacts | null> {
  if (hasOwnTokenizer(type)) {
    return { canCount: true, padToken: "<pad>", eosToken: null, chatTemplate: null, tokensBeyond: 0 };
  }
  const settings = await readJsonObject(join(dir, "tokenizer_config.json"), MAX_BYTES);
  const special = await readJsonObject(join(dir, "special_tokens_map.json"), MAX_BYTES);
  const canCount = await hasContent(join(dir, TOKENIZER_FILE));
  if (!settings && !special && !canCount) return null;
  const token = (name: string): string | null => textOf(settings?.[name]) ?? textOf(special?.[name]);
  return {
    canCount,
    padToken: token("pad_token") ?? PAD_DEFAULTS.find(([pattern]) => pattern.test(type))?.[1] ?? null,
    eosToken: token("eos_token"),
    chatTemplate: (await readText(join(dir, "chat_template.jinja"), MAX_BYTES)) ?? templateOf(settings),
    tokensBeyond: await tokensBeyond(rows, dir, settings),
  };
}

async function hasContent(path: string): Promise<boolean> {
  const opened = await openRegular(path);
  await opened?.file.close();
  return opened !== undefined && opened.stats.size > 0;
}

/** A token as settings write it: a text, or a map with its content. */
const textOf = (value: unknown): string | null =>
  typeof value === "string" ? value : isMap(value) && typeof value["content"] === "string" ? value["content"] : null;

/** The chat template: a text, or of several named ones the one called `default`. */
function templateOf(settings: PlainMap | undefined): string | null {
  const written = settings?.["chat_template"];
  if (typeof written === "string") return written;
  if (!Array.isArray(written)) return null;
  const named = written.filter(isMap);
  const chosen = named.find(({ name }) => name === "default") ?? named[0];
  return typeof chosen?.["template"] === "string" ? chosen["template"] : null;
}

/**
 * How many tokens have an id beyond the rows of the embeddings; null where it is not known. Added tokens come after the
 * vocabulary, so where they are listed apart the vocabulary itself, tens of megabytes, need not be read.
 */
async function tokensBeyond(rows: number, dir: string, settings: PlainMap | undefined): Promise<number | null> {
  if (rows === 0) return null;
  const ids = (await listedIds(dir, settings)) ?? (await idsOfTokenizer(dir));
  return ids === undefined ? null : ids.filter((id) => id >= rows).length;
}

async function listedIds(dir: string, settings: PlainMap | undefined): Promise<number[] | undefined> {
  const decoder = settings?.["added_tokens_decoder"];
  if (isMap(decoder)) return Object.keys(decoder).map(Number);
  const added = await readJsonObject(join(dir, "added_tokens.json"), MAX_BYTES);
  return added ? Object.values(added).map(Number) : undefined;
}

async function idsOfTokenizer(dir: string): Promise<number[] | undefined> {
  const json = await readJsonObject(join(dir, TOKENIZER_FILE), MAX_VOCABULARY_BYTES);
  const added = json?.["added_tokens"];
  return Array.isArray(added) ? added.filter(isMap).map(({ id }) => Number(id)) : undefined;
}
