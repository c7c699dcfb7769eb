import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { identifySelf } from "../../src/base/identity.ts";
import type { RunnerLock } from "../../src/runner/lock.ts";
import { RUN_FILES, storePaths } from "../../src/runs/layout.ts";
import { openRunsToRead } from "../../src/runs/open.ts";
import { SCENARIOS, type Workspace } from "../../test/support/pages/scenarios.ts";
import { makeStoreFolder } from "../../test/support/run-folder.ts";
import { writeRun, type RunData } from "./run-data.ts";

/** Runs of one shape, and the page that shows them. */
export interface Scenario {
  name: string;
  page: "run" | "compare";
  count: number;
  data: RunData;
  state: "running" | "finished";
}

/** Puts a scenario behind its name in the page harness, unless it is there. */
export function addScenario({ name, page, count, data, state }: Scenario): void {
  SCENARIOS[name] ??= { title: name, page, make: () => makeRuns(count, data, state) };
}

async function makeRuns(count: number, data: RunData, state: "running" | "finished"): Promise<Workspace> {
  const { root } = makeStoreFolder();
  const runs = Array.from({ length: count }, () => writeRun(root, data));
  if (state === "running") for (const id of runs) reopen(storePaths(root).run(id), id);
  // These runs have no processes: putting the states right would end every live one.
  const home = await openRunsToRead(root, { worker: true });
  return {
    home,
    runs,
    async remove() {
      await home.close();
      rmSync(dirname(root), { recursive: true, force: true });
    },
  };
}

/** A run that has not ended: the journal of its runner stops at `running`, and this process stands behind it. */
function reopen(dir: string, id: string): void {
  const lines = [
    { t: "journal", timeMs: Date.now(), version: 1, writer: "runner", run: id, segment: 1, fromStep: 0 },
    { t: "state", timeMs: Date.now(), state: "running", cause: "" },
  ];
  writeFileSync(join(dir, RUN_FILES.runner), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const lock: RunnerLock = { owner: identifySelf(), segment: 1, trainer: null, eventsFrom: 0 };
  writeJsonAtomic(join(dir, RUN_FILES.runnerLock), lock);
}
