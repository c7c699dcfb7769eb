import { join } from "node:path";
import { UserError } from "../../base/errors.ts";
import { readJson } from "../../base/files.ts";
import { t } from "../../base/l10n.ts";
import type { TextTokenizer } from "./tokenizer.ts";

/** A piece of the vocabulary and its log probability; its id is its index. */
export type UnigramPiece = readonly [piece: string, score: number];

/** The id of signs that no piece holds. */
const UNKNOWN = 0;
/** Ids 0 to 5 are control pieces, which no text matches. */
const RESERVED = 6;
/** How SentencePiece writes a space. */
const SPACE = "\u2581";

interface TrieNode {
  readonly children: Map<string, TrieNode>;
  id: number;
}

/**
 * The SentencePiece unigram tokenizer of the Universal Sentence Encoder Lite, id for id as TensorFlow.js publishes it
 * (`@tensorflow-models/universal-sentence-encoder`): the best-scoring segmentation by Viterbi, an unknown sign where no
 * piece starts, runs of unknown signs merged into one. Like there, an unknown sign scores 0, and a best score of exactly 0
 * counts as not yet reached.
 */
export function unigramTokenizer(pieces: readonly UnigramPiece[]): TextTokenizer {
  const root: TrieNode = { children: new Map(), id: -1 };
  const lengths = pieces.map(([piece]) => Array.from(piece).length);
  for (let id = RESERVED; id < pieces.length; id++) insert(root, pieces[id]![0], id);

  const segment = (text: string): number[] => {
    const normal = text.normalize("NFKC");
    const signs = normal === "" ? [] : Array.from(SPACE + normal.replaceAll(" ", SPACE));
    const best = new Float64Array(signs.length + 1);
    const last = new Int32Array(signs.length + 1);
    const reach = (start: number, end: number, id: number, score: number): void => {
      const total = score + best[start]!;
      if (best[end] !== 0 && total < best[end]!) return;
      best[end] = total;
      last[end] = id;
    };
    for (let start = 0; start < signs.length; start++) {
      let found = false;
      let node = root.children.get(signs[start]!);
      for (let end = start + 1; node !== undefined; end++) {
        if (node.id >= 0) {
          found = true;
          reach(start, end, node.id, pieces[node.id]![1]);
        }
        node = end < signs.length ? node.children.get(signs[end]!) : undefined;
      }
      if (!found) reach(start, start + 1, UNKNOWN, 0);
    }
    const ids: number[] = [];
    for (let end = signs.length; end > 0; end -= lengths[last[end]!]!) ids.push(last[end]!);
    return ids.reverse().filter((id, at, all) => id !== UNKNOWN || all[at - 1] !== UNKNOWN);
  };

  return {
    encode(text, maxLength) {
      const ids = segment(text);
      return ids.length === 0 ? [UNKNOWN] : ids.slice(0, maxLength);
    },
  };
}

function insert(root: TrieNode, piece: string, id: number): void {
  let node = root;
  for (const sign of piece) {
    let next = node.children.get(sign);
    if (!next) {
      next = { children: new Map(), id: -1 };
      node.children.set(sign, next);
    }
    node = next;
  }
  node.id = id;
}

/** The tokenizer of the folder of `builtin:use-lite`, or of one trained from it. No vocabulary there is a `UserError`. */
export function unigramFolder(dir: string): TextTokenizer {
  const path = join(dir, "vocab.json");
  const pieces = readJson<UnigramPiece[]>(path);
  if (Array.isArray(pieces)) return unigramTokenizer(pieces);
  throw new UserError("model-tokenizer-missing", t("The model folder {0} holds no readable vocab.json.", dir), {
    file: path,
  });
}
