/** The comparison's tables as files. */
import type { PageCell } from "../../src/messages/tables.ts";
import { toCsv } from "../samples/sample-rows.ts";
import { finalRows } from "./finals.ts";
import type { Comparison } from "./runs.ts";

/** A name a file can have on every system. */
export const fileName = (name: string, extension: string): string =>
  `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 120) || "comparison"}.${extension}`;

/** One table: a row a key or a metric, a column a run (its letter and name), values as they are. */
export function comparisonCsv(comparison: Comparison): string {
  const { columns, view } = comparison;
  const heads = columns.map(({ letter, run }) => `${letter} ${run.name}`);
  const keys = (table: string, rows: Comparison["view"]["config"]): PageCell[][] =>
    rows.map(({ key, values, differs }) => [
      table,
      key,
      differs,
      ...columns.map(({ index }) => (values[index]!.absent ? null : cellOf(values[index]!.value))),
    ]);
  const results = finalRows(comparison).map(({ id, cells }): PageCell[] => [
    "results",
    id,
    new Set(cells.map(({ value }) => value)).size > 1,
    ...cells.map(({ value }) => (value === undefined ? null : cellOf(value))),
  ]);
  return toCsv(
    ["table", "key", "differs", ...heads],
    [...results, ...keys("config", view.config), ...keys("environment", view.environment)],
  );
}

const cellOf = (value: unknown): PageCell =>
  typeof value === "string" || typeof value === "boolean"
    ? value
    : typeof value === "number"
      ? String(value)
      : JSON.stringify(value);

/** The same as JSON: runs by id, with config, environment and results; durations in milliseconds, memory in bytes. */
export function comparisonJson(comparison: Comparison): string {
  const { columns, view, baseline } = comparison;
  const results = finalRows(comparison);
  const keyed = (rows: Comparison["view"]["config"], index: number): Record<string, unknown> =>
    Object.fromEntries(rows.flatMap(({ key, values }) => (values[index]!.absent ? [] : [[key, values[index]!.value]])));
  const runs = columns.map(({ run, letter, index }, at) => ({
    id: run.id,
    name: run.name,
    letter,
    state: run.state,
    results: Object.fromEntries(results.map(({ id, cells }) => [id, jsonOf(cells[at]!.value)])),
    config: keyed(view.config, index),
    environment: keyed(view.environment, index),
  }));
  return `${JSON.stringify({ baseline: baseline.run.id, runs }, undefined, 2)}\n`;
}

const jsonOf = (value: number | undefined): number | string | null =>
  value === undefined ? null : Number.isFinite(value) ? value : String(value);
