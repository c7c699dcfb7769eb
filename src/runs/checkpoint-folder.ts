import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoOf } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { CHECKPOINT_FILES } from "../trainers/tfjs/checkpoint/format.ts";
import { runFile } from "./layout.ts";
import { isTerminal, type CheckpointView, type RunRecord } from "./model.ts";

/** What of a checkpoint lies on the disk. */
export interface CheckpointFolder {
  step: number;
  /** Absolute. */
  path: string;
  /** `writing`: a live trainer is at it; `incomplete`: writing stopped, or files went missing since. */
  state: "complete" | "incomplete" | "writing";
  bytes: number;
  /** Bytes of the whole checkpoint, of one still in the making by the one before; null when there is none to go by. */
  expectedBytes: number | null;
  /** Bytes by what they are for; `adapter` are weights trained beside a base model. */
  parts: { kind: "weights" | "adapter" | "optimizer"; bytes: number }[];
  /** Epochs done, with fraction; null when the checkpoint does not say. */
  epoch: number | null;
}

/** Every checkpoint folder of a run: those on record that are there, and what a killed trainer left half-written. By step. */
export function checkpointFolders(run: RunRecord): CheckpointFolder[] {
  const onRecord = run.checkpoints
    .filter(({ present, path }) => present && existsSync(path))
    .map(({ step, path, bytes }) => describe(step, path, bytes, "incomplete"));
  const inTheMaking = leftovers(run).map(({ step, path }) => {
    const alike = run.checkpoints.findLast((other) => other.step < step) ?? run.checkpoints.at(-1);
    const folder = describe(step, path, alike?.bytes ?? null, "writing");
    return { ...folder, state: isTerminal(run.state) ? ("incomplete" as const) : ("writing" as const) };
  });
  return [...onRecord, ...inTheMaking].toSorted((a, b) => a.step - b.step);
}

/** The checkpoint a resume goes on from: the last one that is complete and that no later resume has cut off. */
export function resumePoint(run: Pick<RunRecord, "checkpoints" | "segments">): CheckpointView | undefined {
  const cuts = new Map(run.segments.map(({ segment, cutStep }) => [segment, cutStep ?? Number.POSITIVE_INFINITY]));
  return run.checkpoints
    .filter(({ segment, step }) => step <= (cuts.get(segment) ?? Number.POSITIVE_INFINITY))
    .toSorted((a, b) => a.step - b.step)
    .findLast(isComplete);
}

/** Whether all that was saved is still there. */
export const isComplete = ({ present, path, bytes }: Pick<CheckpointView, "present" | "path" | "bytes">): boolean =>
  present && existsSync(path) && sizesOf(path).reduce((sum, file) => sum + file.bytes, 0) >= bytes;

/** Folders that got no name: the trainer was killed while it wrote them, or is writing them now. */
export function leftovers(run: Pick<RunRecord, "dir" | "checkpoints">): { step: number; path: string }[] {
  const folders = new Set([runFile(run.dir, "checkpoints"), ...run.checkpoints.map(({ path }) => dirname(path))]);
  return [...folders].filter(existsSync).flatMap((folder) =>
    readdirSync(folder).flatMap((name) => {
      const step = /^\.tmp-step-(\d+)-\d+$/.exec(name)?.[1];
      return step === undefined ? [] : [{ step: Number(step), path: join(folder, name) }];
    }),
  );
}

function describe(
  step: number,
  path: string,
  expectedBytes: number | null,
  unlessWhole: "incomplete" | "writing",
): CheckpointFolder {
  const files = sizesOf(path);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const parts = new Map<CheckpointFolder["parts"][number]["kind"], number>();
  for (const file of files) {
    const kind = kindOf(file.name);
    if (kind) parts.set(kind, (parts.get(kind) ?? 0) + file.bytes);
  }
  return {
    step,
    path,
    state: expectedBytes !== null && bytes < expectedBytes ? unlessWhole : "complete",
    bytes,
    expectedBytes,
    parts: [...parts].map(([kind, size]) => ({ kind, bytes: size })),
    epoch: epochOf(path),
  };
}

/** By the names the trainers and Hugging Face's use. */
function kindOf(name: string): CheckpointFolder["parts"][number]["kind"] | undefined {
  if (/^optimizer\.(?:safetensors|pt|bin)$/.test(name)) return "optimizer";
  if (name.startsWith("adapter_model.")) return "adapter";
  return /\.(?:safetensors|bin|pt|h5|keras)$/.test(name) ? "weights" : undefined;
}

/** From our manifest, else from the state Hugging Face's trainer saves. */
function epochOf(path: string): number | null {
  for (const name of [CHECKPOINT_FILES.manifest, "trainer_state.json"]) {
    const epoch = readJson<{ epoch?: unknown }>(join(path, name))?.epoch;
    if (typeof epoch === "number") return epoch;
  }
  return null;
}

/** Files at any depth, or the one file that a script saves as its checkpoint; those that vanish meanwhile count nothing. */
function sizesOf(path: string): { name: string; bytes: number }[] {
  try {
    const whole = statSync(path);
    if (whole.isFile()) return [{ name: basename(path), bytes: whole.size }];
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => ({
        name,
        bytes: statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0,
      }));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
