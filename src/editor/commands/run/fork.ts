import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { UserError } from "../../../base/errors.ts";
import { formatCount, formatFileSize, formatMetric, formatPast } from "../../../base/format.ts";
import { fromJsonNumber } from "../../../base/numbers.ts";
import { forkRun } from "../../../runs/fork.ts";
import type { CheckpointView, RunRecord } from "../../../runs/model.ts";
import { ConfigRefused } from "../../../runs/start-refused.ts";
import { shortMetric } from "../../../views/explorer/describe.ts";
import type { App } from "../../app.ts";
import { pickOverrides } from "../../quick/pick-overrides.ts";
import { inSteps } from "../../quick/in-steps.ts";
import { pick, text } from "../../quick/steps.ts";
import { requireTrust, requireWritable } from "../../trust.ts";
import type { Handlers } from "../register.ts";
import { asker, withNotice } from "../start/start-config.ts";
import { nameProblem } from "./edit.ts";
import { oneRun, type Meant } from "./targets.ts";

export const forkHandlers: Pick<Handlers, "forkRun"> = {
  forkRun: async (app, target) => {
    if (!(await requireTrust())) return;
    const suits = { suits: ({ progress }: { progress: { step: number } }) => progress.step > 0 };
    const meant = await oneRun(app, target, vscode.l10n.t("Fork a run"), suits);
    if (meant) await fork(app, meant);
  },
};

/** What the person chose so far. */
interface Draft {
  step: number | undefined;
  overrides: string[];
  name: string;
  problem: string | undefined;
}

/**
 * Checkpoint, settings, name; then it starts. What does not fit (another model, a plan that ends too early) is shown where
 * settings are chosen, with all that was chosen still there.
 */
export async function fork(app: App, { store, run, ref }: Meant, step?: number): Promise<void> {
  requireWritable(store);
  const present = kept(run);
  if (present.length === 0) {
    throw new UserError("checkpoint-missing", vscode.l10n.t("{0} keeps no checkpoint to fork from.", run.name));
  }
  const draft: Draft = { step, overrides: [], name: "", problem: undefined };
  for (;;) {
    if (!(await inSteps(stepsFor(run, present, draft, step === undefined)))) return;
    try {
      const forked = await withNotice(vscode.l10n.t("Forking {0}", run.name), async (_say, signal) => {
        const { overrides, name } = draft;
        const asked = await asker(vscode.Uri.parse(ref.folder));
        const started = await forkRun(store.home, run, { at: String(draft.step), overrides, name, signal, ...asked });
        await store.live.look();
        return started;
      });
      return await app.panels.openRun({ folder: ref.folder, run: forked.run.id });
    } catch (error) {
      draft.problem = problemOf(error);
      if (draft.problem === undefined) throw error;
    }
  }
}

/** What other settings can mend; undefined for everything else. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof ConfigRefused) {
    return error.diagnostics.find(({ severity }) => severity === "error")?.message ?? error.sentence;
  }
  const mendable = ["fork-unfit", "fork-beyond-plan"];
  return error instanceof UserError && mendable.includes(error.code) ? error.sentence : undefined;
}

function stepsFor(run: RunRecord, present: readonly CheckpointView[], draft: Draft, asksStep: boolean) {
  const title = vscode.l10n.t("Fork {0}", run.name);
  const totalSteps = asksStep ? 3 : 2;
  const place = (step: number) => ({ title, step: asksStep ? step : step - 1, totalSteps });
  const checkpoint = async () => {
    // After a refusal the checkpoint stands; Back leads here.
    if (draft.problem !== undefined) return { value: draft.step };
    const items = present.map((at) => checkpointItem(at));
    const active = items.find(({ step }) => step === draft.step);
    const placeholder = vscode.l10n.t("Choose the checkpoint to go on from");
    const chosen = await pick({ ...place(1), items, placeholder, active });
    if (typeof chosen === "object") draft.step = chosen.value.step;
    return chosen;
  };
  const settings = async () => {
    const goOn = (count: number): string =>
      count === 0
        ? vscode.l10n.t("Go on with the settings as they are")
        : count === 1
          ? vscode.l10n.t("Go on with 1 changed setting")
          : vscode.l10n.t("Go on with {0} changed settings", count);
    const { overrides, problem } = draft;
    const chosen = await pickOverrides({ ...place(2), goOn, earlier: [], now: run.config, chosen: overrides, problem });
    draft.problem = undefined;
    if (typeof chosen === "object") draft.overrides = chosen.value;
    return chosen;
  };
  const name = async () => {
    const preset = `${run.name}-from-${draft.step}`;
    const prompt = vscode.l10n.t("Name of the new run; Enter starts it");
    const chosen = await text({ ...place(3), prompt, value: draft.name || preset, problem: nameProblem });
    if (typeof chosen === "object") draft.name = chosen.value.trim();
    return chosen;
  };
  return asksStep ? [checkpoint, settings, name] : [settings, name];
}

/** The checkpoints that are there: best, last and pinned ones first, then the newest. */
function kept({ checkpoints }: RunRecord): CheckpointView[] {
  const rank = ({ tags }: CheckpointView): number =>
    tags.includes("best") ? 0 : tags.includes("last") ? 1 : tags.includes("pinned") ? 2 : 3;
  return checkpoints
    .filter(({ present, path }) => present && existsSync(path))
    .toSorted((a, b) => rank(a) - rank(b) || b.step - a.step);
}

function checkpointItem({ step, tags, metrics, bytes, timeMs }: CheckpointView) {
  const words = { best: vscode.l10n.t("best"), last: vscode.l10n.t("last"), pinned: vscode.l10n.t("pinned") };
  const measured = Object.entries(metrics)
    .slice(0, 3)
    .map(([metric, value]) => `${shortMetric(metric)} ${formatMetric(fromJsonNumber(value), metric)}`);
  return {
    step,
    label: vscode.l10n.t("Step {0}", formatCount(step)),
    description: [...tags.map((tag) => words[tag]), ...measured].join(" · "),
    detail: `${formatFileSize(bytes)} · ${formatPast(timeMs, Date.now())}`,
  };
}
