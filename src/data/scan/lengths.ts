/** Lengths up to this one are counted exactly. */
const EXACT = 4096;
/** Steps a longer length may be off by: 1/256 of a doubling, 0.3 %. */
const STEPS = 256;
/** Doublings of `EXACT` that are told apart: up to 64 million. */
const DOUBLINGS = 14;

/** How long texts are: a histogram of fixed size, whatever the number of texts. */
export class Lengths {
  private readonly counts = new Uint32Array(EXACT + STEPS * DOUBLINGS);
  private count = 0;
  private sum = 0;
  private longest = 0;

  add(length: number): void {
    this.counts[binOf(length)]!++;
    this.count++;
    this.sum += length;
    if (length > this.longest) this.longest = length;
  }

  get total(): number {
    return this.sum;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  get max(): number {
    return this.longest;
  }

  /** The smallest length that `share` of the texts do not exceed. */
  percentile(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.count * share));
    let seen = 0;
    for (let bin = 0; bin < this.counts.length; bin++) {
      seen += this.counts[bin]!;
      if (seen >= wanted) return Math.min(lengthOf(bin), this.longest);
    }
    return 0;
  }

  /** Share of the texts that are longer. */
  above(length: number): number {
    if (this.count === 0) return 0;
    let longer = 0;
    for (let bin = binOf(length) + 1; bin < this.counts.length; bin++) longer += this.counts[bin]!;
    return longer / this.count;
  }
}

const binOf = (length: number): number =>
  length < EXACT
    ? length
    : Math.min(EXACT + STEPS * DOUBLINGS - 1, EXACT + Math.floor(Math.log2(length / EXACT) * STEPS));

const lengthOf = (bin: number): number => (bin < EXACT ? bin : Math.floor(EXACT * 2 ** ((bin - EXACT + 1) / STEPS)));
