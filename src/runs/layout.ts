import { join } from "node:path";
import { UserError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { t } from "../base/l10n.ts";

/** The store's folder inside a workspace. */
export const STORE_FOLDER = ".tuning-fork";

/** Every file of a run's folder, by name. The only place that knows them. */
export const RUN_FILES = {
  /** Who and whence (`RunManifest`): written once, when the run is made. */
  manifest: "run.json",
  /** Name, tags, notes, star, trash, pins (`RunMeta`): what people change afterwards. */
  meta: "meta.json",
  /** Resolved config, as the trainer reads it. */
  config: "config.json",
  /** Where each config value came from. */
  origins: "origins.json",
  /** The config file as it was written, secrets redacted. */
  configSource: "config.yaml",
  environment: "environment.json",
  codePatch: "code.patch",
  /** How the runner starts the trainer in the current segment (`LaunchPlan`). */
  launch: "launch.json",
  events: "events.jsonl",
  runner: "runner.jsonl",
  /** The two journals of a finished run, packed (`journal/compress.ts`); both forms exist only while one becomes the other. */
  eventsCompressed: "events.jsonl.packed",
  runnerCompressed: "runner.jsonl.packed",
  output: "output.log",
  /** Commands to the runner, one JSON object a line, append-only. */
  control: "control",
  /** Present while a trainer is asked to stop (`StopRequest`). */
  stopRequest: "stop-requested",
  /** Identity of the runner that owns the run; taken exclusively. */
  runnerLock: "runner.lock",
  checkpoints: "checkpoints",
  /** Of a fork: its own copy of the parent's checkpoint it goes on from. */
  parentCheckpoint: "parent-checkpoint",
  exports: "exports",
  /** What checkpoints reached on other files (`EvaluationRecord`), a file each. */
  evaluations: "evaluations",
} as const;

export const storePaths = (root: string) => ({
  root,
  database: join(root, "runs.db"),
  runs: join(root, "runs"),
  code: join(root, "bin"),
  gitignore: join(root, ".gitignore"),
  /** Paces of smoke runs, for estimates. */
  smokeRuns: join(root, "smoke-runs.json"),
  /** Run folders in the making or on their way out; never listed. */
  staging: join(root, "staging"),
  run: (id: string) => join(root, "runs", id),
});
export type StorePaths = ReturnType<typeof storePaths>;

/** Path of one of a run's files. */
export const runFile = (runDir: string, file: keyof typeof RUN_FILES): string => join(runDir, RUN_FILES[file]);

/** Reads one of a run's JSON files; throws `run-incomplete` when it is not there. */
export function readRunFile<T>(runDir: string, file: keyof typeof RUN_FILES): T {
  const path = runFile(runDir, file);
  const value = readJson<T>(path);
  if (value !== undefined) return value;
  throw new UserError("run-incomplete", t("The run's folder lacks {0}, or it is not JSON.", RUN_FILES[file]), {
    file: path,
  });
}
