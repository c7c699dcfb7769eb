import { isTerminal, type RunListItem } from "../../runs/model.ts";

/** What can be done with a run in its state; menus ask for these by name. */
export type Ability =
  | "stop"
  | "stopNow"
  | "resume"
  | "rerun"
  | "fork"
  | "delete"
  | "restore"
  | "starred"
  | "unstarred"
  | "baseline"
  | "notBaseline";

/** The abilities of a run. A run in the trash can only be looked at, restored or removed. */
export function abilitiesOf(run: RunListItem, isBaseline: boolean): Ability[] {
  if (run.trashed) return ["restore"];
  const ended = isTerminal(run.state);
  const abilities: Ability[] = [run.starred ? "starred" : "unstarred", isBaseline ? "baseline" : "notBaseline"];
  if (!ended) abilities.push(run.state === "stopping" ? "stopNow" : "stop");
  if (ended && run.state !== "finished") abilities.push("resume");
  if (ended) abilities.push("rerun", "delete");
  // Lists know no checkpoints; a run that was evaluated nearly always has one, and the fork says so when it has none.
  if (run.progress.step > 0) abilities.push("fork");
  return abilities;
}
