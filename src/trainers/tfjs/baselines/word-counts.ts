/** Sparse rows of word counts: the words of row r are `columns[starts[r] … starts[r+1]-1]` with their `counts`. */
export interface WordCounts {
  rows: number;
  starts: Int32Array;
  columns: Int32Array;
  counts: Float64Array;
}

/** Words as scikit-learn's `CountVectorizer` cuts them by default: lower case, two or more letters, digits or underscores. */
const WORD = /[\p{L}\p{N}\p{M}_]{2,}/gu;

/** Column number of the words of the texts, in order of first appearance; of more than `limit` the most frequent ones. */
export function buildVocabulary(texts: Iterable<string>, limit: number): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.toLowerCase().matchAll(WORD)) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
  }
  const words = [...frequencies];
  const kept = words.length > limit ? words.sort((a, b) => b[1] - a[1]).slice(0, limit) : words;
  return new Map(kept.map(([word], column) => [word, column]));
}

/** Counts the vocabulary's words in each text; other words are left out. */
export function countWords(texts: readonly string[], vocabulary: ReadonlyMap<string, number>): WordCounts {
  const starts = new Int32Array(texts.length + 1);
  const columns: number[] = [];
  const counts: number[] = [];
  texts.forEach((text, row) => {
    const found = new Map<number, number>();
    for (const [word] of text.toLowerCase().matchAll(WORD)) {
      const column = vocabulary.get(word);
      if (column !== undefined) found.set(column, (found.get(column) ?? 0) + 1);
    }
    for (const [column, count] of found) {
      columns.push(column);
      counts.push(count);
    }
    starts[row + 1] = columns.length;
  });
  return { rows: texts.length, starts, columns: Int32Array.from(columns), counts: Float64Array.from(counts) };
}
