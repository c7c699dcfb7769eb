import { TextHash } from "./hash.ts";

/** Rows that are remembered, 20 bytes each. Of longer data a part of the texts is: every repetition of a text that is kept is kept too. */
const CAPACITY = 1_000_000;

/**
 * What is remembered of every row to find repetitions: hashes of its text, as written and normalised, and a number for its label
 * or answer. When there are too many rows, only those of every second, fourth… normalised text stay.
 */
export class Fingerprints {
  /** Rows remembered. */
  length = 0;
  /** One text of so many is remembered. */
  every = 1;
  normal1 = new Uint32Array(FIRST);
  normal2 = new Uint32Array(FIRST);
  exact1 = new Uint32Array(FIRST);
  exact2 = new Uint32Array(FIRST);
  answers = new Uint32Array(FIRST);
  private readonly capacity: number;
  private readonly hash = new TextHash();

  constructor(capacity = CAPACITY) {
    this.capacity = capacity;
  }

  /** `answer` is what stands beside the text: the number of a label, or a hash. */
  add(text: string, answer: number): void {
    const { hash } = this;
    hash.of(text);
    if (!this.isKept(hash.normal1)) return;
    if (this.length === this.normal1.length) this.grow();
    if (!this.isKept(hash.normal1)) return;
    const at = this.length++;
    this.normal1[at] = hash.normal1;
    this.normal2[at] = hash.normal2;
    this.exact1[at] = hash.exact1;
    this.exact2[at] = hash.exact2;
    this.answers[at] = answer;
  }

  /** Keeps as few texts as another does, so that the two can be compared. */
  thinTo(every: number): void {
    while (this.every < every) this.thin();
  }

  private isKept(first: number): boolean {
    // The low bits of the word choose its bucket when rows are compared.
    return ((first >>> BUCKET_BITS) & (this.every - 1)) === 0;
  }

  private grow(): void {
    if (this.length >= this.capacity) {
      this.thin();
      if (this.length < this.normal1.length) return;
    }
    const size = Math.min(this.capacity, this.normal1.length * 2);
    const wider = (column: Uint32Array): Uint32Array<ArrayBuffer> => {
      const copy = new Uint32Array(size);
      copy.set(column);
      return copy;
    };
    this.normal1 = wider(this.normal1);
    this.normal2 = wider(this.normal2);
    this.exact1 = wider(this.exact1);
    this.exact2 = wider(this.exact2);
    this.answers = wider(this.answers);
  }

  private thin(): void {
    this.every *= 2;
    let kept = 0;
    for (let at = 0; at < this.length; at++) {
      if (!this.isKept(this.normal1[at]!)) continue;
      this.normal1[kept] = this.normal1[at]!;
      this.normal2[kept] = this.normal2[at]!;
      this.exact1[kept] = this.exact1[at]!;
      this.exact2[kept] = this.exact2[at]!;
      this.answers[kept] = this.answers[at]!;
      kept++;
    }
    this.length = kept;
  }
}

const FIRST = 4096;

/** Rows are compared in so many groups, one after the other, with a pause between them. */
export const BUCKET_BITS = 6;
