import type { RunListItem, RunRecord } from "../../../runs/model.ts";
import type { App, FolderStore, RunRef } from "../../app.ts";
import { pickRun, pickRuns, type RunChoice } from "../../quick/pick-runs.ts";
import { requireWritable } from "../../trust.ts";
import type { RunTarget } from "../register.ts";

/** A run a command works on, with its store. */
export interface Meant {
  ref: RunRef;
  store: FolderStore;
  run: RunRecord;
}

export type Suits = (run: RunListItem) => boolean;

/** What was clicked or given; a group or folder of the tree, which is no run, counts as nothing. */
export function refOf(target: RunTarget | undefined): RunRef | undefined {
  const given = target && ("ref" in target ? target.ref : target);
  return given && typeof given.run === "string" ? { folder: given.folder, run: given.run } : undefined;
}

/** All that are selected with the one clicked. */
export function refsOf(target: RunTarget | undefined, selected: readonly RunTarget[] | undefined): RunRef[] {
  const refs = (Array.isArray(selected) ? selected : [target]).map((one: RunTarget | undefined) => refOf(one));
  return refs.filter((ref) => ref !== undefined);
}

/** The one run a command is about: what was clicked, else the page in front, else the person's choice. */
export async function oneRun(
  app: App,
  target: RunTarget | undefined,
  title: string,
  choice: RunChoice = {},
): Promise<Meant | undefined> {
  const ref = refOf(target) ?? (await activeRun(app, choice)) ?? (await pickRun(app, title, choice));
  return ref && { ref, ...(await app.stores.get(ref)) };
}

/** The runs a command is about, for those that take several. */
export async function someRuns(
  app: App,
  target: RunTarget | undefined,
  selected: readonly RunTarget[] | undefined,
  choice: RunChoice = {},
): Promise<Meant[]> {
  const given = refsOf(target, selected);
  const active = given.length > 0 ? undefined : await activeRun(app, choice);
  const refs = given.length > 0 ? given : active ? [active] : await pickRuns(app, choice);
  const meant = await Promise.all(refs.map(async (ref) => ({ ref, ...(await app.stores.get(ref)) })));
  // Of several that are selected those that this cannot be done with are passed over; when none is left, the first says why.
  const { suits = () => true, trashed } = choice;
  const fitting = meant.filter(({ run }) => suits(run) && (trashed === undefined || run.trashed === trashed));
  return fitting.length > 0 ? fitting : meant;
}

/** The run in sight, when it is one the command can be about. */
async function activeRun(app: App, { suits = () => true, trashed = false }: RunChoice): Promise<RunRef | undefined> {
  const ref = app.panels.active;
  if (!ref) return undefined;
  // A page whose run is gone is about none.
  const run = (await app.stores.get(ref).catch(() => undefined))?.run;
  return run && run.trashed === trashed && suits(run) ? ref : undefined;
}

/**
 * Does something to each run, and has every view told at once. What goes wrong with one keeps it from no other; the first
 * such error is thrown at the end. Throws `read-only` before anything is done.
 */
export async function change(runs: readonly Meant[], what: (meant: Meant) => Promise<unknown>): Promise<void> {
  for (const { store } of runs) requireWritable(store);
  const errors: unknown[] = [];
  for (const meant of runs) {
    try {
      await what(meant);
    } catch (error) {
      errors.push(error);
    }
  }
  for (const store of new Set(runs.map((meant) => meant.store))) await store.live.look();
  if (errors.length > 0) throw errors[0];
}
