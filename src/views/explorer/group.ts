import { basename } from "node:path";
import { t } from "../../base/l10n.ts";
import { isTerminal, type RunListItem } from "../../runs/model.ts";

/** Ways to group the runs of the explorer. */
export const GROUPINGS = ["state", "config", "model", "tag", "none"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A group of runs, newest first. Ids stay the same while names change with the language. */
export interface RunGroup {
  id: string;
  label: string;
  runs: RunListItem[];
  /** Whether it stands open when nobody has touched it. */
  isOpen: boolean;
}

/** Groups runs given newest first; empty groups are left out. With `none` there is one group without a name. */
export function groupRuns(runs: readonly RunListItem[], grouping: Grouping, nowMs: number): RunGroup[] {
  switch (grouping) {
    case "state":
      return byState(runs, nowMs);
    case "config":
      return byName(runs, (run) => [basename(run.configFile)], t("No config"));
    case "model":
      return byName(runs, (run) => [run.model], t("No model"));
    case "tag":
      return byName(runs, (run) => run.tags, t("No tag"));
    case "none":
      return [{ id: "all", label: "", runs: [...runs], isOpen: true }];
  }
}

function byState(runs: readonly RunListItem[], nowMs: number): RunGroup[] {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  const groups: RunGroup[] = [
    { id: "live", label: t("Live"), runs: [], isOpen: true },
    { id: "queue", label: t("Queue"), runs: [], isOpen: true },
    { id: "today", label: t("Finished today"), runs: [], isOpen: true },
    { id: "earlier", label: t("Earlier"), runs: [], isOpen: false },
  ];
  const [live, queue, today, earlier] = groups as [RunGroup, RunGroup, RunGroup, RunGroup];
  for (const run of runs) {
    const endedMs = run.endedMs ?? run.createdMs;
    if (run.state === "queued") queue.runs.push(run);
    else if (!isTerminal(run.state)) live.runs.push(run);
    else (endedMs >= midnight ? today : earlier).runs.push(run);
  }
  today.runs.sort((a, b) => (b.endedMs ?? b.createdMs) - (a.endedMs ?? a.createdMs));
  // What waits longest is next.
  queue.runs.reverse();
  // With nothing else to see, a closed group would hide all there is.
  if (live.runs.length + queue.runs.length + today.runs.length === 0) earlier.isOpen = true;
  return groups.filter((group) => group.runs.length > 0);
}

function byName(
  runs: readonly RunListItem[],
  namesOf: (run: RunListItem) => readonly string[],
  without: string,
): RunGroup[] {
  const groups = new Map<string, RunListItem[]>();
  for (const run of runs) {
    const names = namesOf(run).filter((name) => name !== "");
    for (const name of names.length > 0 ? names : [""]) {
      const group = groups.get(name);
      if (group) group.push(run);
      else groups.set(name, [run]);
    }
  }
  return [...groups].map(([name, members]) => ({
    id: `name:${name}`,
    label: name || without,
    runs: members,
    isOpen: true,
  }));
}
