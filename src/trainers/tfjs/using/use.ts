import { dirname } from "node:path";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import { createRandom } from "../../../base/random.ts";
import type { ResolvedConfig } from "../../../config/types.ts";
import { requireTrained } from "../../../data/labels.ts";
import { readLabelled } from "../../../data/labelled.ts";
import { extensionOf, EXTENSIONS } from "../../../data/locations.ts";
import type { DataFile, DataRow, Example } from "../../../data/types.ts";
import type { UseRequest } from "../../../runs/using/process.ts";
import type { Prediction } from "../../../runs/using/use.ts";
import { selectBackend } from "../backends/select.ts";
import { requireManifest } from "../checkpoint/load.ts";
import { evaluate, type Evaluation } from "../eval/evaluate.ts";
import { confusionTable, reportTable, rounded, samplesTable, type Table } from "../eval/tables.ts";
import { createModel, modelSettings } from "../models/create.ts";
import type { ClassifierModel } from "../models/model.ts";
import { readRunFiles } from "../train/context.ts";
import { TokenRows } from "../train/rows.ts";

/** How far it is; nothing is counted without `total`. */
export type Progress = (phase: string, done?: number, total?: number) => void;

/** What a file's rows said of a checkpoint, named as in a journal. */
export interface Judged {
  metrics: Record<string, number>;
  tables: Table[];
  files: DataFile[];
  rows: number;
  judgedRows: number;
}

/** Loads the checkpoint of a request and asks it. @throws UserError */
export async function useCheckpoint(
  { action, runDir, checkpoint, data = "", texts = [] }: UseRequest,
  progress: Progress,
): Promise<Judged | { predictions: Prediction[] }> {
  const { config } = readRunFiles({ runDir });
  const { labels } = requireManifest(checkpoint);
  progress("loading the model");
  await selectBackend(config.hardware.backend);
  // The folder holds a whole model, so that its base is not asked for again.
  const model = await createModel({ ...modelSettings(config), nameOrPath: checkpoint }, labels, {
    random: createRandom(0),
    baseDir: checkpoint,
    onProgress: () => progress("loading the model"),
    signal: new AbortController().signal,
  });
  return action === "evaluate"
    ? judgeFile(model, config, data, progress)
    : { predictions: await predict(model, config, texts, progress) };
}

async function judgeFile(
  model: ClassifierModel,
  config: ResolvedConfig,
  file: string,
  progress: Progress,
): Promise<Judged> {
  progress("reading the data");
  const { examples, files } = await readExamples(model, config, file, progress);
  const evaluation = await measured(model, config, examples, "evaluating", progress);
  return {
    metrics: Object.fromEntries(
      Object.entries({ loss: evaluation.loss, ...evaluation.metrics }).map(([name, value]) => [`eval/${name}`, value]),
    ),
    tables: [
      confusionTable(evaluation, model.labels),
      reportTable(evaluation),
      samplesTable(evaluation, examples, model.labels),
    ],
    files,
    rows: examples.length,
    judgedRows: examples.length,
  };
}

/** Rows read as the run reads its own; a label that was not trained is refused by file and row. */
async function readExamples(
  { labels }: ClassifierModel,
  { data }: ResolvedConfig,
  file: string,
  progress: Progress,
): Promise<{ examples: Example[]; files: DataFile[] }> {
  // The run's own format counts for names that do not tell one.
  const format = extensionOf(file) in EXTENSIONS ? "auto" : data.format;
  const rows: { text: string; label: string; row: DataRow }[] = [];
  const { tally, files } = await readLabelled(
    { ...data, format },
    file,
    dirname(file),
    { onProgress: () => progress("reading the data") },
    (text, label, row) => rows.push({ text, label, row }),
  );
  requireTrained(tally, labels);
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const examples = rows.map(({ text, label, row }) => ({
    text,
    label: indexOf.get(label)!,
    file: row.file,
    row: row.row,
  }));
  return { examples, files };
}

async function predict(
  model: ClassifierModel,
  config: ResolvedConfig,
  texts: readonly string[],
  progress: Progress,
): Promise<Prediction[]> {
  const examples = texts.map((text, at) => ({ text, label: 0, file: "", row: at + 1 }));
  const { predicted, probabilities } = await measured(model, config, examples, "predicting", progress);
  const { labels } = model;
  return texts.map((text, row) => ({
    text,
    label: labels[predicted[row]!]!,
    probabilities: Object.fromEntries(
      labels.map((label, index) => [label, rounded(probabilities[row * labels.length + index]!)]),
    ),
  }));
}

async function measured(
  model: ClassifierModel,
  { data }: ResolvedConfig,
  examples: readonly Example[],
  phase: string,
  progress: Progress,
): Promise<Evaluation> {
  progress(phase, 0, examples.length);
  const evaluation = await evaluate(model, new TokenRows(model, examples, data.max_length), async (done) => {
    progress(phase, done, examples.length);
    await yieldToEvents();
    return true;
  });
  return evaluation!; // it was never told to give up
}
