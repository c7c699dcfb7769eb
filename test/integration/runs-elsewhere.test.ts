import { utimesSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identifySelf } from "../../src/base/identity.ts";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { runFile } from "../../src/runs/layout.ts";
import { openRuns } from "../../src/runs/open.ts";
import { makeStoreFolder, RunFolder } from "../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
beforeEach(() => void (folder = makeStoreFolder()));
afterEach(() => folder.remove());

/** A running run whose processes are on another host, last heard of an hour ago. */
function silentRun(): RunFolder {
  const run = new RunFolder(folder.root);
  const owner = { ...identifySelf(), host: "gpu-7", bootId: "its-boot" };
  run.segment(1, 0);
  run.runner(
    { t: "runner", timeMs: run.timeMs, identity: owner, adopted: false },
    { t: "state", timeMs: run.timeMs, state: "running", cause: "" },
  );
  writeJsonAtomic(runFile(run.dir, "runnerLock"), { owner, segment: 1, trainer: owner, eventsFrom: 0 });
  const anHourAgo = Date.now() / 1000 - 3600;
  for (const file of readdirSync(run.dir)) utimesSync(join(run.dir, file), anHourAgo, anHourAgo);
  return run;
}

test("a run of a host that fell silent is lost, in lists, alone and in filters, and says that its heartbeat told so", async () => {
  const silent = silentRun();
  const own = new RunFolder(folder.root).segment(1, 0);
  own.runner({ t: "state", timeMs: own.timeMs, state: "finished", cause: "" });
  const home = await openRuns(folder.root);
  try {
    const states = (await home.store.list()).map(({ id, state }) => [id, state]);
    expect(Object.fromEntries(states)).toEqual({ [silent.id]: "lost", [own.id]: "finished" });
    expect((await home.store.get(silent.id))?.cause).toMatch(/^Judged by its heartbeat: .*gpu-7/);
    expect((await home.store.list({ filter: "state:lost" })).map(({ id }) => id)).toEqual([silent.id]);
    expect(await home.store.list({ filter: "state:running" })).toEqual([]);
    expect(await home.store.list({ limit: 1 })).toHaveLength(1);
    expect(home.warnings).toEqual([]);
  } finally {
    await home.close();
  }
});
