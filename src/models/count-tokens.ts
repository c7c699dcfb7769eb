import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { TINY, TINY_CONFIG, USE_LITE } from "./builtin.ts";
import { TOKENIZER_FILE } from "./files.ts";
import { hashedWords } from "./tokenizers/hashed-words.ts";
import type { TextTokenizer } from "./tokenizers/tokenizer.ts";
import { unigramFolder } from "./tokenizers/unigram.ts";

/** A model whose tokenizer is asked: its folder (null for `builtin:tiny`) and its `model_type`. */
export interface TokenizedModel {
  readonly dir: string | null;
  readonly type: string;
}

/** Work between two looks at what else the process has to do. */
const SLICE_MS = 8;

/**
 * Tokens of each text, the model's special tokens included. Lets other work of the process in between; throws the signal's
 * reason when it is aborted, and a `UserError` when the tokenizer cannot be read.
 */
export async function countTokens(
  model: TokenizedModel,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<number[]> {
  const tokenizer = await tokenizerOf(model);
  const counts: number[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  for (const text of texts) {
    counts.push(tokenizer.encode(text, Infinity).length);
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    signal?.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return counts;
}

/** The tokenizer used last, with what its file was then: reading one takes up to a second, and a window asks again and again. */
let last: { readonly stamp: string; readonly tokenizer: TextTokenizer } | undefined;

async function tokenizerOf({ dir, type }: TokenizedModel): Promise<TextTokenizer> {
  if (dir === null || type === TINY) return hashedWords(TINY_CONFIG.vocab_size);
  const path = join(dir, type === USE_LITE ? "vocab.json" : TOKENIZER_FILE);
  const stats = await stat(path).catch(() => undefined);
  const stamp = `${path} ${stats?.size} ${stats?.mtimeMs}`;
  if (last?.stamp !== stamp) last = { stamp, tokenizer: await openTokenizer(dir, type) };
  return last.tokenizer;
}

async function openTokenizer(dir: string, type: string): Promise<TextTokenizer> {
  if (type === USE_LITE) return unigramFolder(dir);
  // Half a megabyte of code that a config without a Hugging Face model never needs.
  const { huggingFaceTokenizer } = await import("./tokenizers/hugging-face.ts");
  return huggingFaceTokenizer(dir);
}
