/** Turns texts into token ids. */
export interface TextTokenizer {
  /** Ids with the model's special tokens, at most `maxLength` (which may be infinite), at least one. */
  encode(text: string, maxLength: number): number[];
}
