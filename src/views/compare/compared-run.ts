import { createHash } from "node:crypto";
import { fromJsonNumber } from "../../base/numbers.ts";
import type { PageComparedRun } from "../../messages/compare-page.ts";
import { bestStepOf } from "../../runs/compare.ts";
import type { RunRecord } from "../../runs/model.ts";
import type { RunStore } from "../../store/port.ts";
import { runHead } from "../run/run-view.ts";
import type { RunCode } from "./code-state.ts";
import { stepsPerSecond } from "./pace.ts";

/** One run as the compare page shows it. */
export async function comparedRun(record: RunRecord, code: RunCode, store: RunStore): Promise<PageComparedRun> {
  const { facts, config } = record;
  const general = config["run"];
  const seed = typeof general === "object" && general !== null ? (general as { seed?: unknown }).seed : undefined;
  return {
    ...(await runHead(record, store)),
    durationMs: durationMs(record, Date.now()),
    stepsPerSecond: await stepsPerSecond(record, store),
    peakMemory: peakMemory(record),
    evaluations: evaluations(record),
    bestStep: bestStepOf(record) ?? null,
    trainRows: numberOr(facts["trainRows"]),
    evalRows: numberOr(facts["evalRows"]),
    seed: numberOr(seed),
    data: dataOf(record),
    code: code.id,
  };
}

const numberOr = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** Whole seconds, so that a live run's page has news once a second. */
function durationMs({ activity: { ranMs, beganMs }, startedMs }: RunRecord, nowMs: number): number | null {
  if (startedMs === null) return null;
  const running = beganMs === null ? 0 : Math.max(0, nowMs - beganMs);
  return Math.round((ranMs + running) / 1000) * 1000;
}

function peakMemory({ metrics }: RunRecord): PageComparedRun["peakMemory"] {
  const peaks = Object.entries(metrics).flatMap(([name, { max }]) => {
    const bytes = fromJsonNumber(max);
    return /^system\/gpu\.\d+\.memory$/.test(name) && bytes !== undefined ? [bytes] : [];
  });
  if (peaks.length > 0) return { bytes: Math.max(...peaks), of: "gpu" };
  const bytes = fromJsonNumber(metrics["system/process.memory"]?.max);
  return bytes === undefined ? null : { bytes, of: "main" };
}

const evaluations = ({ metrics }: RunRecord): number =>
  Math.max(0, ...Object.entries(metrics).map(([name, { count }]) => (name.startsWith("eval/") ? count : 0)));

/** One text for the contents of all data files, whatever they are called and wherever they lie. */
function dataOf({ environment }: RunRecord): string | null {
  const files = environment["dataFiles"];
  if (!Array.isArray(files) || files.length === 0) return null;
  const contents = files.map((file) => String((file as { sha256?: unknown } | null)?.sha256));
  return createHash("sha256").update(contents.join(" ")).digest("hex").slice(0, 16);
}
