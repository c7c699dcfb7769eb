import type { TextTokenizer } from "./tokenizer.ts";

/** Ids of `hashedWords`: 0 for padding, a marker before each text, then the hashed words. */
const START = 1;
const FIRST_WORD = 2;

/**
 * A tokenizer without a vocabulary: lower-cased words and single other signs, each by its FNV-1a hash. For models that
 * start random, where a word needs no learned meaning, only always the same id.
 * @param vocabulary number of ids in all
 */
export function hashedWords(vocabulary: number): TextTokenizer {
  return {
    encode(text, maxLength) {
      const words =
        text
          .normalize("NFKC")
          .toLowerCase()
          .match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
      const ids = words.slice(0, maxLength - 1).map((word) => FIRST_WORD + (fnv1a(word) % (vocabulary - FIRST_WORD)));
      return [START, ...ids];
    },
  };
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
