import type { DataFacts } from "../../config/facts/facts.ts";
import { evalRows } from "../../config/arithmetic.ts";
import { chooseLabels, requireTrained, sortLabels, type LabelTally } from "../labels.ts";
import { labelledColumns, labelledFacts, readLabelled, type DataConfig } from "../labelled.ts";
import { apportion, heldOut } from "../split.ts";
import { lengthFacts, noFaults, SPLIT_ROWS, type ScanOptions } from "./common.ts";
import { countFaults, sharedFile } from "./quality.ts";
import { PartTally } from "./tally.ts";

/**
 * What `loadClassificationData` would load, counted while it goes by: the same columns, labels, split and errors, without a text
 * kept in memory.
 */
export async function scanClassification(
  { data, run }: DataConfig,
  baseDir: string,
  options: ScanOptions,
): Promise<DataFacts> {
  const { signal } = options;
  const train = new PartTally();
  const numbers = new Map<string, number>();
  const rowLabels: number[] = [];
  const trained = await readLabelled(data, data.train, baseDir, options, (text, label, row) => {
    let number = numbers.get(label);
    if (number === undefined) numbers.set(label, (number = numbers.size));
    if (rowLabels.length < SPLIT_ROWS) rowLabels.push(number);
    train.add(row, { text, answer: null }, number);
  });
  options.onLabels?.(sortLabels([...trained.tally.seen.keys()]));
  const labels = chooseLabels(trained.tally, data.labels);

  const evaluation = data.eval === null ? undefined : new PartTally();
  const evaluated =
    data.eval === null
      ? undefined
      : await readLabelled(data, data.eval, baseDir, options, (text, label, row) =>
          evaluation!.add(row, { text, answer: null }, numbers.get(label) ?? numbers.size),
        );
  if (evaluated) requireTrained(evaluated.tally, labels);

  const all = countsOf(trained.tally, labels);
  const held = evaluated ? labels.map(() => 0) : apportion(all, evalRows(train.rows, data.eval_fraction));
  const heldRows = held.reduce((sum, count) => sum + count, 0);
  const order = new Map(labels.map((label, index) => [label, index]));
  const indexOf = [...numbers.keys()].map((label) => order.get(label)!);
  const isHeldOut =
    heldRows > 0 && train.rows <= SPLIT_ROWS
      ? heldOut(
          rowLabels.map((number) => indexOf[number]!),
          labels.length,
          data.eval_fraction,
          run.seed,
        )
      : undefined;
  const faults = await countFaults(train, evaluation, {
    isHeldOut,
    trainShare: 1 - heldRows / train.rows,
    hasLabels: true,
    signal,
  });
  const [table] = trained.tables;
  const named = (counts: readonly number[]): Record<string, number> =>
    Object.fromEntries(labels.map((label, index) => [label, counts[index]!]));
  return {
    rows: { train: train.rows - heldRows, eval: evaluation?.rows ?? heldRows },
    labels,
    classCounts: {
      train: named(all.map((count, index) => count - held[index]!)),
      eval: named(evaluated ? countsOf(evaluated.tally, labels) : held),
    },
    columns: { roles: table ? labelledColumns(data, table) : {}, all: table?.columns ?? [] },
    shape: null,
    pairs: null,
    files: [...trained.files, ...(evaluated?.files ?? [])],
    sample: train.sampler.rows,
    characters: lengthFacts(train.lengths),
    quality: { ...noFaults(), ...faults, sameFile: sharedFile(trained.files, evaluated?.files ?? []) },
    facts: labelledFacts(data, trained, evaluated, labels),
  };
}

const countsOf = ({ seen }: LabelTally, labels: readonly string[]): number[] =>
  labels.map((label) => seen.get(label)?.count ?? 0);
