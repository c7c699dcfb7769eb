import type { DataFacts } from "../../config/facts/facts.ts";
import type { ResolvedConfig } from "../../config/types.ts";
import { evalRows } from "../../config/arithmetic.ts";
import { LabelTally, sortLabels } from "../labels.ts";
import { evalSource } from "../labelled.ts";
import type { Table } from "../readers.ts";
import { readRows } from "../rows.ts";
import { apportion, heldOut } from "../split.ts";
import type { DataFile } from "../types.ts";
import { scanClassification } from "./classification.ts";
import { lengthFacts, noFaults, SPLIT_ROWS, type ScanOptions } from "./common.ts";
import { languageReader } from "./language.ts";
import { pairReader } from "./pairs.ts";
import { preferenceReader } from "./preference.ts";
import { countFaults, sharedFile } from "./quality.ts";
import type { Columns, NamedColumns, Notes, RowReader } from "./reader.ts";
import { PartTally } from "./tally.ts";
import { requireClasses, tokenCounts, tokenLabels, tokenReader } from "./tokens.ts";

type ScanConfig = Pick<ResolvedConfig, "task" | "data" | "run">;

/**
 * Reads all rows of `data.train` and `data.eval` once, as a stream, and counts what there is to say about them. Memory does not
 * grow with the length of texts, and with their number by 20 bytes up to a limit. What is wrong is a `UserError` with its place.
 */
export async function scanData(config: ScanConfig, baseDir: string, options: ScanOptions = {}): Promise<DataFacts> {
  return config.task === "text-classification"
    ? scanClassification(config, baseDir, options)
    : scanOther(config, baseDir, options);
}

const READERS: Readonly<Record<string, (table: Columns, named: NamedColumns) => RowReader>> = {
  "causal-lm": languageReader,
  preference: preferenceReader,
  embedding: pairReader,
  "token-classification": tokenReader,
};

interface Part {
  tally: PartTally;
  notes: Notes;
  files: DataFile[];
  table: Table | undefined;
  reader: RowReader | undefined;
}

async function scanOther(config: ScanConfig, baseDir: string, options: ScanOptions): Promise<DataFacts> {
  const { data, run, task } = config;
  const train = await readPart(config, data.train, baseDir, options);
  options.onLabels?.(sortLabels([...train.notes.labels.seen.keys()]));
  const isTokens = task === "token-classification";
  if (isTokens) requireClasses(train.notes.labels, train.files[0]?.path ?? "");
  const evaluation = data.eval === null ? undefined : await readPart(config, data.eval, baseDir, options);
  const { labels, evalOnly } = isTokens
    ? tokenLabels(train.notes.labels, evaluation?.notes.labels, data.labels)
    : { labels: [], evalOnly: [] };

  const { rows } = train.tally;
  const heldRows = evaluation ? 0 : apportion([rows], evalRows(rows, data.eval_fraction))[0]!;
  const isHeldOut =
    heldRows > 0 && rows <= SPLIT_ROWS
      ? heldOut(
          Array.from({ length: rows }, () => 0),
          1,
          data.eval_fraction,
          run.seed,
        )
      : undefined;
  const faults = await countFaults(train.tally, evaluation?.tally, {
    isHeldOut,
    trainShare: 1 - heldRows / rows,
    hasLabels: false,
    signal: options.signal,
  });
  const { chat, preference, first } = train.notes.quality;
  const { reader, table } = train;
  return {
    rows: { train: rows - heldRows, eval: evaluation?.tally.rows ?? heldRows },
    labels,
    classCounts: {
      train: tokenCounts(train.notes.labels, labels),
      eval: tokenCounts(evaluation?.notes.labels, labels),
    },
    columns: { roles: reader?.roles ?? {}, all: table?.columns ?? [] },
    shape: reader?.shape ?? null,
    pairs: reader?.pairs ?? null,
    files: [...train.files, ...(evaluation?.files ?? [])],
    sample: train.tally.sampler.rows,
    characters: lengthFacts(train.tally.lengths),
    quality: {
      ...faults,
      chat,
      preference,
      sameFile: sharedFile(train.files, evaluation?.files ?? []),
      evalOnlyLabels: evalOnly,
      first: { ...first, ...faults.first },
    },
    facts: {
      columns: reader?.roles ?? {},
      shape: reader?.shape ?? null,
      format: table?.format ?? null,
      delimiter: table?.delimiter ?? null,
      emptyTexts: train.tally.emptyTexts.count + (evaluation?.tally.emptyTexts.count ?? 0),
      evalSource: evalSource(data),
    },
  };
}

async function readPart(
  { task, data }: ScanConfig,
  spec: string | readonly string[],
  baseDir: string,
  options: ScanOptions,
): Promise<Part> {
  const part: Part = {
    tally: new PartTally(),
    notes: { quality: noFaults(), labels: new LabelTally() },
    files: [],
    table: undefined,
    reader: undefined,
  };
  const open = READERS[task]!;
  let reader: RowReader | undefined;
  const rows = readRows(
    { spec, format: data.format, baseDir },
    {
      ...options,
      columns: (table) => {
        reader = open(table, data.columns);
        part.table ??= table;
        part.reader ??= reader;
        return reader.columns;
      },
      onFile: (file) => part.files.push(file),
    },
  );
  for await (const row of rows) {
    part.tally.add(row, reader!.read(row, part.notes));
  }
  return part;
}
