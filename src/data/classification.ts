import { chooseLabels, requireTrained } from "./labels.ts";
import { labelledFacts, readLabelled, type DataConfig, type LabelledPart } from "./labelled.ts";
import { heldOut } from "./split.ts";
import type { ClassificationData, Example, ReadOptions } from "./types.ts";

export type { DataConfig } from "./labelled.ts";

/** A row whose label is not an index yet. */
interface Labelled {
  text: string;
  label: string;
  file: string;
  row: number;
}

/** The rows of one of `data.train` and `data.eval`, with what was found on the way. */
interface Part extends LabelledPart {
  examples: Labelled[];
}

/**
 * Reads the rows of a text classification: columns found, labels chosen, evaluation rows named or held out.
 * `baseDir` is the folder relative paths start from. Anything wrong is a `UserError` that names file, row and advice.
 */
export async function loadClassificationData(
  config: DataConfig,
  baseDir: string,
  options: ReadOptions = {},
): Promise<ClassificationData> {
  const { data, run } = config;
  const train = await readPart(data, data.train, baseDir, options);
  const labels = chooseLabels(train.tally, data.labels);
  const evaluation = data.eval === null ? undefined : await readPart(data, data.eval, baseDir, options);
  if (evaluation) requireTrained(evaluation.tally, labels);

  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const indexed = (part: Part): Example[] => part.examples.map((row) => ({ ...row, label: indexOf.get(row.label)! }));
  const all = indexed(train);
  const split = evaluation
    ? { train: all, eval: indexed(evaluation) }
    : hold(all, labels.length, data.eval_fraction, run.seed);
  return {
    ...split,
    labels,
    classCounts: { train: countClasses(split.train, labels), eval: countClasses(split.eval, labels) },
    files: [...train.files, ...(evaluation?.files ?? [])],
    facts: labelledFacts(data, train, evaluation, labels),
  };
}

/** Rows held out and rows left, both in the order of the data. */
function hold(rows: Example[], classes: number, fraction: number, seed: number): { train: Example[]; eval: Example[] } {
  const isHeldOut = heldOut(
    rows.map((row) => row.label),
    classes,
    fraction,
    seed,
  );
  return {
    train: rows.filter((_row, index) => !isHeldOut[index]),
    eval: rows.filter((_row, index) => isHeldOut[index]),
  };
}

async function readPart(
  data: DataConfig["data"],
  spec: string | readonly string[],
  baseDir: string,
  options: ReadOptions,
): Promise<Part> {
  const examples: Labelled[] = [];
  const part = await readLabelled(data, spec, baseDir, options, (text, label, { file, row }) =>
    examples.push({ text, label, file, row }),
  );
  return { ...part, examples };
}

function countClasses(rows: readonly Example[], labels: readonly string[]): Record<string, number> {
  const counts = labels.map(() => 0);
  for (const { label } of rows) counts[label]!++;
  return Object.fromEntries(labels.map((label, index) => [label, counts[index]!]));
}
