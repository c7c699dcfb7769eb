import type { RowPlace, SampleRow } from "../../config/facts/facts.ts";
import type { DataRow } from "../types.ts";
import { Fingerprints } from "./fingerprints.ts";
import { Lengths } from "./lengths.ts";
import type { Reading } from "./reader.ts";
import { Sampler } from "./sampler.ts";

/** Faulty rows that are remembered by their number. */
const REMEMBERED = 200_000;

/** What stays of the rows of `data.train` or `data.eval`: counts, hashes and a few rows, never all texts. */
export class PartTally {
  rows = 0;
  readonly lengths = new Lengths();
  readonly sampler = new Sampler<SampleRow>();
  readonly prints = new Fingerprints();
  readonly emptyTexts = new RowList();
  readonly emptyAnswers = new RowList();
  private readonly files: { file: string; start: number }[] = [];

  /** `label` is the number of the row's class where it has one. */
  add({ file, row, line }: DataRow, { text, answer, mayBeEmpty }: Reading, label = 0): void {
    if (this.files.at(-1)?.file !== file) this.files.push({ file, start: this.rows });
    if (mayBeEmpty === undefined && isBlank(text)) this.emptyTexts.add(this.rows);
    if (mayBeEmpty !== "both" && answer !== null && isBlank(answer)) this.emptyAnswers.add(this.rows);
    this.lengths.add(text.length + (answer?.length ?? 0));
    this.prints.add(answer === null ? text : `${text}\u0000${answer}`, label);
    this.sampler.offer(() => ({ file, row, line, text, answer }));
    this.rows++;
  }

  /** The place of a row by its number; undefined for −1. */
  placeOf(number: number): RowPlace | undefined {
    const part = this.files.findLast(({ start }) => start <= number);
    return part ? { file: part.file, row: number - part.start + 1 } : undefined;
  }
}

/** Numbers of rows, counted beyond those that are remembered. */
export class RowList {
  count = 0;
  readonly numbers: number[] = [];

  add(number: number): void {
    if (this.count++ < REMEMBERED) this.numbers.push(number);
  }
}

const isBlank = (text: string): boolean => text === "" || text.trim() === "";
