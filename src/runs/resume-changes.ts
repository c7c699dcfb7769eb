import { readJson } from "../base/files.ts";
import { KNOWN_PACKAGES } from "../config/facts/machine/requirements.ts";
import type { AnyResolvedConfig } from "../config/types.ts";
import { snapshotPython, type EnvironmentSnapshot } from "../launch/environment.ts";
import { Recorder } from "../runner/recorder.ts";
import { runFile } from "./layout.ts";
import type { LaunchPlan, RunRecord } from "./model.ts";
import { changedFiles, describeDataFiles } from "./start-data.ts";
import type { PlannedLaunch } from "./start-plan.ts";

/** What a resumed run finds otherwise than it was at its start. */
export interface ResumeChanges {
  /** Paths of data files. */
  data: string[];
  /** The interpreter and packages that decide the numbers, each as a clause: `torch 2.13.0 instead of 2.4.0`. */
  packages: string[];
}

/** Data files that are not what they were at the start. Throws a `UserError` for one that is not there. */
export async function dataChanges(run: RunRecord, config: AnyResolvedConfig, baseDir: string): Promise<string[]> {
  return changedFiles(atStart(run).dataFiles ?? [], await describeDataFiles(config, baseDir));
}

/** What of a Python trainer's interpreter is another than at the start. */
export async function packageChanges(run: RunRecord, { python, env }: PlannedLaunch): Promise<string[]> {
  const before = atStart(run);
  if (!python || !before.python) return [];
  const now = await snapshotPython(python, env);
  if (now.snapshot.version === null || before.python.version === null) return [];
  const versions = (packages: Record<string, string> = {}) =>
    new Map(Object.entries(packages).map(([name, version]) => [name.toLowerCase(), version]));
  const [earlier, later] = [versions(before.packages), versions(now.packages)];
  const changes = [...KNOWN_PACKAGES, "numpy"].flatMap((name) => {
    const [old, fresh] = [earlier.get(name), later.get(name)];
    return old === fresh ? [] : [`${name} ${fresh ?? "missing"} instead of ${old ?? "missing"}`];
  });
  const interpreter =
    now.snapshot.version === before.python.version
      ? []
      : [`Python ${now.snapshot.version} instead of ${before.python.version}`];
  return [...interpreter, ...changes];
}

/** Writes into the run's journal what changed, so that a jump of the loss has its reason beside it. */
export async function recordChanges(
  run: RunRecord,
  plan: LaunchPlan,
  { data, packages }: ResumeChanges,
): Promise<void> {
  if (data.length === 0 && packages.length === 0) return;
  const recorder = new Recorder(run.dir, { run: run.id, segment: plan.segment, fromStep: plan.fromStep }, run.state);
  const warn = (code: string, message: string): void =>
    recorder.write({ t: "alert", level: "warning", code, message, step: plan.fromStep });
  if (data.length > 0) {
    warn(
      "data-changed",
      `Resumed with data that changed since the start: ${data.join(", ")}. Losses cannot be compared with before.`,
    );
  }
  if (packages.length > 0) {
    warn(
      "packages-changed",
      `Resumed with other packages than at the start: ${packages.join(", ")}. Losses may differ from an uninterrupted run's.`,
    );
  }
  await recorder.close();
}

const atStart = ({ dir }: RunRecord): Partial<EnvironmentSnapshot> =>
  readJson<Partial<EnvironmentSnapshot>>(runFile(dir, "environment")) ?? {};
