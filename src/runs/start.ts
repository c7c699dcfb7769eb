import { basename, dirname } from "node:path";
import { systemClock } from "../base/clock.ts";
import { identifySelf } from "../base/identity.ts";
import { redactJson, redactText } from "../base/redact.ts";
import type { RecordedEstimate } from "../config/estimate/types.ts";
import type { SilencedFinding } from "../config/silence.ts";
import type { AnyResolvedConfig, Origins } from "../config/types.ts";
import { snapshotEnvironment, type DataFileFacts } from "../launch/environment.ts";
import { begunRecord } from "./follow.ts";
import type { RunOrigin } from "./fork-point.ts";
import { newRunId } from "./id.ts";
import { checkName } from "./meta.ts";
import type { RunManifest, RunRecord } from "./model.ts";
import type { RunsHome } from "./open.ts";
import { originInConfig } from "./resume-folder.ts";
import { makeRunFolder } from "./start-folder.ts";
import { planLaunch } from "./start-plan.ts";

/** A run to be made. Its config has been found right. */
export interface StartRequest {
  config: AnyResolvedConfig;
  origins: Origins;
  /** Absolute path of the config file, its text, and the folder its relative paths start from. */
  configFile: string;
  source: string;
  baseDir: string;
  /** The data files as they are now. */
  dataFiles: DataFileFacts[];
  /** What the run is expected to take; null when not known. */
  estimate?: RecordedEstimate | null;
  /** Findings that comments of the config silenced. */
  silenced?: readonly SilencedFinding[];
  /** Wins over `run.name` of the config. */
  name?: string | undefined;
  /** Who asks. */
  by: string;
  /** Environment the trainer inherits. */
  env: NodeJS.ProcessEnv;
  /** Of a fork; else the config's own `checkpoint.resume` says. */
  origin?: RunOrigin;
  /** Heard until the run is made. */
  signal?: AbortSignal | undefined;
}

/**
 * Makes a run and starts it. Resolves once a runner owns it; from then on nothing depends on this process.
 * Throws a `UserError` when it could not be made, or the signal's reason (then there is no trace of it) or not be started (then it is recorded as failed).
 */
export async function startRun(home: RunsHome, request: StartRequest): Promise<RunRecord> {
  const { config, baseDir, origin = originInConfig(request.config, request.baseDir) } = request;
  const nowMs = systemClock();
  const id = newRunId(nowMs);
  const { root } = home.paths;
  const name = checkName(request.name ?? config.run.name ?? nameOf(request.configFile, nowMs));
  const launch = await planLaunch({
    root,
    run: { id, name, dir: home.paths.run(id) },
    config,
    baseDir,
    by: request.by,
    segment: 1,
    fromStep: origin?.step ?? 0,
    resumeFrom: origin ? origin.placeIn(home.paths.run(id)) : null,
    env: request.env,
  });
  const { plan, python, variables, env } = launch;
  const { command, cwd, gpus: visibleGpus } = plan;
  const { dataFiles, estimate = null, silenced = [] } = request;
  const surroundings = { command, cwd, baseDir, env, python, variables, visibleGpus, dataFiles, estimate, silenced };
  const { environment, patch } = await snapshotEnvironment(surroundings);
  const slot = await freeSlot(home);
  request.signal?.throwIfAborted();
  const manifest: RunManifest = {
    version: 1,
    id,
    name,
    createdMs: nowMs,
    parent: origin ? { run: origin.run, step: origin.step } : null,
    configFile: request.configFile,
    baseDir,
    project: config.track.project ?? basename(dirname(root)),
    slot,
    tags: config.run.tags,
    starter: identifySelf(),
  };
  const dir = makeRunFolder(home.paths, {
    manifest,
    meta: {},
    config: redactJson(config),
    origins: request.origins,
    configSource: redactText(request.source),
    environment,
    codePatch: patch,
    plan,
    ...(origin ? { fill: origin.copy } : {}),
  });
  await home.launcher.submit(dir, env);
  return begunRecord(home, id, plan.segment);
}

/** `spam-1124-201503` for `spam.finetune.yaml`, the folder's name for a plain `finetune.yaml`. */
function nameOf(configFile: string, nowMs: number): string {
  const stem = basename(configFile)
    .replace(/\.ya?ml$/i, "")
    .replace(/\.finetune$/i, "");
  const two = (value: number): string => String(value).padStart(2, "0");
  const now = new Date(nowMs);
  const day = two(now.getMonth() + 1) + two(now.getDate());
  const time = two(now.getHours()) + two(now.getMinutes()) + two(now.getSeconds());
  return `${stem === "finetune" ? basename(dirname(configFile)) || stem : stem}-${day}-${time}`;
}

const SLOTS = 12;
const SLOT_WINDOW = 24;

/** The colour slot that the fewest of the newest runs have. */
async function freeSlot({ store }: RunsHome): Promise<number> {
  const used = (await store.list({ limit: SLOT_WINDOW, trashed: true })).map(({ slot }) => slot);
  const count = (slot: number): number => used.filter((other) => other === slot).length;
  const slots = Array.from({ length: SLOTS }, (_, index) => index + 1);
  return slots.reduce((best, slot) => (count(slot) < count(best) ? slot : best));
}
