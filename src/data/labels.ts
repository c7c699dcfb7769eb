import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { nearest } from "../base/nearest.ts";
import { rowError, shownPath, shownValue } from "./complaint.ts";
import type { DataRow } from "./types.ts";

type Place = Pick<DataRow, "file" | "row" | "line">;

/** Classes beyond which a label column is more likely numbers or free text. */
const MANY_CLASSES = 1000;

/** Rows seen of one label. */
interface Seen {
  count: number;
  first: Place;
}

/** Counts the labels of some rows and remembers where each came first. */
export class LabelTally {
  readonly seen = new Map<string, Seen>();

  add(label: string, place: Place): void {
    const known = this.seen.get(label);
    if (known) known.count++;
    else this.seen.set(label, { count: 1, first: { file: place.file, row: place.row, line: place.line } });
  }
}

/** The label in a cell as a class name: text without surrounding blanks, whole numbers and true/false as text. */
export function labelOf(value: unknown, column: string, place: Place): string {
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  if (typeof value === "boolean" || typeof value === "bigint" || Number.isInteger(value)) return String(value);
  if (value === undefined || value === null || typeof value === "string") {
    throw rowError(
      "data-label-missing",
      place,
      t("the column {0} has no label.", column),
      t("Fill it in or remove the row."),
    );
  }
  const problem = t("the label in column {0} is {1}, not a name or a whole number.", column, shownValue(value));
  throw rowError(
    "data-label-not-a-class",
    place,
    problem,
    t("Name the column with the class in `data.columns.label`."),
  );
}

/** Class names in the order of their index: those listed, else those found in the training rows, sorted. */
export function chooseLabels(tally: LabelTally, listed: readonly (string | number)[] | null): string[] {
  const found = [...tally.seen.keys()];
  const labels = listed ? listed.map(String) : sortLabels(found);
  if (listed) requireKnown(tally, labels);
  else requireOneKind(tally);
  if (found.length === 1) throw oneClass(tally, found[0]!);
  const unused = labels.find((label) => !tally.seen.has(label));
  if (unused === undefined) return labels;
  throw new UserError("data-label-unused", t("`data.labels` lists {0}, but no training row has that label.", unused), {
    advice: t("Remove it from `data.labels`, or add rows. The data has {0}.", listedLabels(found)),
  });
}

/** Throws when a label stands in the data that is not among the classes `data.labels` lists. */
export const requireKnown = (tally: LabelTally, labels: readonly string[]): void =>
  requireAmong(tally, labels, "data-label-unknown", t("`data.labels` does not list it"));

/** Throws when a label of the evaluation data stands in no training row. */
export const requireTrained = (tally: LabelTally, labels: readonly string[]): void =>
  requireAmong(tally, labels, "data-label-untrained", t("no training row has it"));

function requireAmong(tally: LabelTally, labels: readonly string[], code: string, reason: string): void {
  const known = new Set(labels);
  for (const [label, { first, count }] of tally.seen) {
    if (known.has(label)) continue;
    const near = nearest(label, labels);
    const hint = near === undefined ? "" : ` ${t("Did you mean {0}?", near)}`;
    const problem =
      count > 1
        ? t("the label {0} is unknown: {1} ({2} rows have it).", shownValue(label), reason, count)
        : t("the label {0} is unknown: {1}.", shownValue(label), reason);
    throw rowError(
      code,
      first,
      problem + hint,
      t("Correct the row, or change `data.labels`. Known are {0}.", listedLabels(labels)),
    );
  }
}

/** Sorted by value when all are whole numbers, else by their characters, so that the order is the same on every machine. */
export function sortLabels(labels: readonly string[]): string[] {
  return labels.every(isWholeNumber)
    ? [...labels].sort((a, b) => Number(a) - Number(b) || compare(a, b))
    : [...labels].sort(compare);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isWholeNumber = (label: string): boolean => /^[+-]?\d+$/.test(label);

/** Whole numbers and words in one label column are nearly always a slip; listing the labels says that they are not. */
function requireOneKind(tally: LabelTally): void {
  const [numbers, words] = [true, false].map((wanted) =>
    [...tally.seen].filter(([label]) => isWholeNumber(label) === wanted),
  );
  if (numbers!.length > 0 && words!.length > 0) {
    const rows = (entries: [string, Seen][]): number => entries.reduce((sum, [, { count }]) => sum + count, 0);
    const areNumbers = rows(numbers!) >= rows(words!);
    const [label, { first }] = (areNumbers ? words! : numbers!)[0]!;
    const problem = areNumbers
      ? t("the label {0} is text, where the column holds whole numbers.", shownValue(label))
      : t("the label {0} is a number, where the column holds names.", label);
    throw rowError("data-label-mixed", first, problem, t("Correct the row, or list all classes in `data.labels`."));
  }
  if (tally.seen.size <= MANY_CLASSES) return;
  const { file } = [...tally.seen.values()][0]!.first;
  throw new UserError("data-label-many", t("{0} has {1} different labels.", shownPath(file), tally.seen.size), {
    file,
    advice: t("Name the column with the class in `data.columns.label`, or list the classes in `data.labels`."),
  });
}

function oneClass(tally: LabelTally, label: string): UserError {
  const { first, count } = tally.seen.get(label)!;
  return new UserError("data-one-class", t("All {0} training rows have the label {1}.", count, shownValue(label)), {
    file: first.file,
    advice: t("A classifier needs rows of at least two classes; check `data.columns.label`."),
  });
}

const SHOWN = 12;

const listedLabels = (labels: readonly string[]): string =>
  labels.length > SHOWN
    ? t("{0} and {1} more", labels.slice(0, SHOWN).join(", "), labels.length - SHOWN)
    : labels.join(", ");
