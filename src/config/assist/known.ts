import { dataFiles } from "../../data/locations.ts";
import { openTable } from "../../data/readers.ts";
import type { DataFacts, ModelFacts } from "../facts/facts.ts";
import { isScriptConfig, type ResolvedConfig } from "../types.ts";
import { soon, type Soon } from "./soon.ts";
import type { AssistDocument, AssistOptions } from "./types.ts";

/** What help while typing wants to know of the world, if it can be known in time. */

/** The config of one of our trainers; undefined for scripts and where there is none. */
export const trainedConfig = ({ config }: AssistDocument): ResolvedConfig | undefined =>
  config && !isScriptConfig(config) ? config : undefined;

/** What the data says; undefined when it cannot be read. */
export async function dataFacts(
  document: AssistDocument,
  options: AssistOptions,
): Promise<Soon<DataFacts | undefined>> {
  return soon(known(document.facts?.data()), options);
}

/** The same without the labels that are written, which may be half-typed. */
export async function unlabelledFacts(
  document: AssistDocument,
  options: AssistOptions,
): Promise<Soon<DataFacts | undefined>> {
  const config = trainedConfig(document);
  if (!config || config.data.labels === null) return dataFacts(document, options);
  return soon(known(document.factsOf({ ...config, data: { ...config.data, labels: null } }).data()), options);
}

export async function modelFacts(
  document: AssistDocument,
  options: AssistOptions,
): Promise<Soon<ModelFacts | undefined>> {
  return soon(known(document.facts?.model()), options);
}

async function known<T>(
  facts: Promise<{ known: true; facts: T } | { known: false; reason: string }> | undefined,
): Promise<T | undefined> {
  try {
    const found = await facts;
    return found?.known ? found.facts : undefined;
  } catch {
    return undefined; // a version of the document that was left behind is not read to its end
  }
}

/** Columns of the first data file. Only its beginning is read, so that half-typed columns and labels do not matter. */
export async function columnsOf(document: AssistDocument, options: AssistOptions): Promise<Soon<readonly string[]>> {
  const config = trainedConfig(document);
  return soon(config ? firstColumns(config, document.baseDir) : Promise.resolve([]), options);
}

async function firstColumns({ data }: ResolvedConfig, baseDir: string): Promise<readonly string[]> {
  if (data.train === "" || data.format === "hf") return [];
  try {
    const [file] = dataFiles(data.train, baseDir);
    return file === undefined ? [] : (await openTable(file, data.format)).columns;
  } catch {
    return []; // the check of the data tells
  }
}
