/** Rows that are kept at most, and characters of one text and of all of them. */
const ROWS = 2000;
const TEXT = 20_000;
const ALL_TEXT = 4_000_000;

interface Texts {
  text: string;
  answer: string | null;
}

/** Keeps rows that are spread evenly over a stream of unknown length: every n-th, n doubling when they become too many. */
export class Sampler<Row extends Texts> {
  private kept: Row[] = [];
  private stride = 1;
  private seen = 0;
  private characters = 0;

  /** `make` is called only for a row that is kept; its texts are cut and copied, so that they hold on to nothing else. */
  offer(make: () => Row): void {
    if (this.seen++ % this.stride !== 0) return;
    const row = make();
    const own = { ...row, text: copied(row.text), answer: row.answer === null ? null : copied(row.answer) };
    this.kept.push(own);
    this.characters += size(own);
    while (this.kept.length > ROWS || (this.characters > ALL_TEXT && this.kept.length > 1)) this.thin();
  }

  get rows(): Row[] {
    return this.kept;
  }

  private thin(): void {
    this.kept = this.kept.filter((_row, index) => index % 2 === 0);
    this.stride *= 2;
    this.characters = this.kept.reduce((sum, row) => sum + size(row), 0);
  }
}

const size = ({ text, answer }: Texts): number => text.length + (answer?.length ?? 0);

/** A slice of a string keeps the whole string alive; bytes there and back do not. */
const copied = (text: string): string => Buffer.from(text.slice(0, TEXT), "utf16le").toString("utf16le");
