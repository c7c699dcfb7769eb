import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { identifySelf } from "../../../src/base/identity.ts";
import { compressJournals } from "../../../src/journal/compress.ts";
import { readJournal } from "../../../src/journal/reader.ts";
import { checkpointFolders, resumePoint } from "../../../src/runs/checkpoint-folder.ts";
import { deleteCheckpoint, pinCheckpoint } from "../../../src/runs/checkpoints.ts";
import { runFile } from "../../../src/runs/layout.ts";
import type { RunMeta, RunRecord } from "../../../src/runs/model.ts";
import { openRunsToRead } from "../../../src/runs/open.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

const BYTES = 1000;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A stopped run with checkpoints at 10, 20 (best) and 30, their folders on the disk. */
async function stoppedRun(config: Record<string, unknown> = { checkpoint: { metric_for_best_model: "f1_macro" } }) {
  const { root, remove } = makeStoreFolder();
  cleanups.push(remove);
  const run = new RunFolder(root, { baseDir: join(root, "..") }, config)
    .segment(1, 0)
    .state("preparing")
    .state("running");
  for (const [step, f1] of [
    [10, 0.7],
    [20, 0.9],
    [30, 0.8],
  ] as const)
    save(run, step, f1, step !== 30);
  run.state("stopped", "Stopped by user ada.");
  const home = await openRunsToRead(root);
  const { store } = home;
  cleanups.push(() => store.close());
  const record = async (): Promise<RunRecord> => {
    await store.sync();
    return (await store.get(run.id))!;
  };
  return { root, run, home, record };
}

function save(run: RunFolder, step: number, f1: number, best: boolean, path = `checkpoints/step-${step}`): void {
  write(run, path, BYTES);
  const metrics = { "eval/f1_macro": f1 };
  run.events({ t: "checkpoint", timeMs: run.tick(), step, path, bytes: BYTES, metrics, best });
}

function write(run: RunFolder, path: string, bytes: number): string {
  const folder = path.startsWith("/") ? path : join(run.dir, path);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "model.safetensors"), "");
  truncateSync(join(folder, "model.safetensors"), bytes);
  return folder;
}

const tagsOf = ({ checkpoints }: RunRecord): Record<number, string[]> =>
  Object.fromEntries(checkpoints.map(({ step, tags }) => [step, tags]));

describe("pinning", () => {
  test("keeps the step among the pins, in order, until it is unpinned", async () => {
    const { run, home, record } = await stoppedRun();
    const pins = (): RunMeta["pins"] => (JSON.parse(readFileSync(runFile(run.dir, "meta"), "utf8")) as RunMeta).pins;
    await pinCheckpoint(home, await record(), 30, true);
    await pinCheckpoint(home, await record(), 10, true);
    expect(pins()).toEqual([10, 30]);
    expect(tagsOf(await record())).toEqual({ 10: ["pinned"], 20: ["best"], 30: ["last", "pinned"] });
    await pinCheckpoint(home, await record(), 10, false);
    await pinCheckpoint(home, await record(), 30, false);
    expect(pins()).toBeUndefined();
    expect(tagsOf(await record())).toEqual({ 10: [], 20: ["best"], 30: ["last"] });
  });

  test("refuses a step without a checkpoint", async () => {
    const { home, record } = await stoppedRun();
    await expect(pinCheckpoint(home, await record(), 15, true)).rejects.toThrow(/keeps no checkpoint at step 15/);
  });
});

describe("deleting", () => {
  test("removes the folder and records it; best and last move on to what is left, also in a rebuilt database", async () => {
    const { run, home, record } = await stoppedRun();
    expect(await deleteCheckpoint(home, await record(), 20)).toBe(BYTES);
    expect(existsSync(join(run.dir, "checkpoints/step-20"))).toBe(false);
    expect(tagsOf(await record())).toEqual({ 10: [], 20: [], 30: ["best", "last"] });
    await deleteCheckpoint(home, await record(), 30);
    await home.store.reindex();
    const after = await record();
    expect(tagsOf(after)).toEqual({ 10: ["best", "last"], 20: [], 30: [] });
    expect(after.checkpoints.map(({ present }) => present)).toEqual([true, false, false]);
    expect(after.state).toBe("stopped");
  });

  test("unpins what it deletes", async () => {
    const { home, record } = await stoppedRun();
    await pinCheckpoint(home, await record(), 20, true);
    await deleteCheckpoint(home, await record(), 20);
    expect(tagsOf(await record())[20]).toEqual([]);
  });

  test("writes into a packed journal, which is packed again", async () => {
    const { run, home, record } = await stoppedRun();
    await compressJournals(run.dir);
    await deleteCheckpoint(home, await record(), 10);
    expect(existsSync(runFile(run.dir, "runner"))).toBe(false);
    expect([...readJournal(run.dir, "runner")].at(-1)).toMatchObject({
      t: "checkpoint-removed",
      step: 10,
      path: "checkpoints/step-10",
    });
    expect((await record()).checkpoints[0]!.present).toBe(false);
  });

  test("refuses while the run is live, and changes nothing", async () => {
    const { run, home, record } = await stoppedRun();
    run.state("preparing").state("running");
    await expect(deleteCheckpoint(home, await record(), 10)).rejects.toMatchObject({ code: "run-live" });
    expect(existsSync(join(run.dir, "checkpoints/step-10"))).toBe(true);
  });

  test("refuses when another process holds the run", async () => {
    const { run, home, record } = await stoppedRun();
    const owner = { ...identifySelf(), pid: process.ppid, startTime: "another" };
    writeFileSync(
      runFile(run.dir, "runnerLock"),
      JSON.stringify({
        owner: { ...owner, host: "elsewhere", bootId: "other" },
        segment: 1,
        trainer: null,
        eventsFrom: 0,
      }),
    );
    await expect(deleteCheckpoint(home, await record(), 10)).rejects.toMatchObject({ code: "run-live" });
    expect(existsSync(join(run.dir, "checkpoints/step-10"))).toBe(true);
  });

  test("refuses a folder outside the run, whatever the journal says", async () => {
    const { root, run, home, record } = await stoppedRun();
    const elsewhere = join(root, "..", "precious");
    save(run, 40, 0.5, false, elsewhere);
    await expect(deleteCheckpoint(home, await record(), 40)).rejects.toMatchObject({ code: "checkpoint-elsewhere" });
    expect(existsSync(join(elsewhere, "model.safetensors"))).toBe(true);
  });

  test("deletes where run.output_dir moved the checkpoints", async () => {
    const { root, run, home, record } = await stoppedRun({ run: { output_dir: "out" } });
    const moved = join(root, "..", "out", "checkpoints", "step-40");
    save(run, 40, 0.5, false, moved);
    await deleteCheckpoint(home, await record(), 40);
    expect(existsSync(moved)).toBe(false);
    expect((await record()).checkpoints.find(({ step }) => step === 40)!.present).toBe(false);
  });

  test("says so when there is none", async () => {
    const { home, record } = await stoppedRun();
    await expect(deleteCheckpoint(home, await record(), 25)).rejects.toThrow(/keeps no checkpoint at step 25/);
  });
});

describe("what lies on the disk", () => {
  test("a folder with fewer bytes than were saved is incomplete, and no resume goes on from it", async () => {
    const { run, record } = await stoppedRun();
    truncateSync(join(run.dir, "checkpoints/step-30/model.safetensors"), 600);
    const now = await record();
    const found = checkpointFolders(now).map(({ step, state, bytes, expectedBytes }) => [
      step,
      state,
      bytes,
      expectedBytes,
    ]);
    expect(found).toEqual([
      [10, "complete", 1000, 1000],
      [20, "complete", 1000, 1000],
      [30, "incomplete", 600, 1000],
    ]);
    expect(resumePoint(now)?.step).toBe(20);
  });

  test("what a killed trainer left half-written is told, and can be deleted", async () => {
    const { run, home, record } = await stoppedRun();
    const left = write(run, "checkpoints/.tmp-step-40-4711", 400);
    expect(checkpointFolders(await record()).at(-1)).toMatchObject({
      step: 40,
      path: left,
      state: "incomplete",
      bytes: 400,
      expectedBytes: BYTES,
    });
    expect(await deleteCheckpoint(home, await record(), 40)).toBe(400);
    expect(existsSync(left)).toBe(false);
    expect((await record()).checkpoints).toHaveLength(3);
  });

  test("while the run is live it is being written", async () => {
    const { run, record } = await stoppedRun();
    run.state("preparing").state("running");
    write(run, "checkpoints/.tmp-step-40-4711", 400);
    expect(checkpointFolders(await record()).at(-1)?.state).toBe("writing");
  });

  test("parts and epoch are told by the files' names and the manifest", async () => {
    const { run, record } = await stoppedRun();
    const folder = join(run.dir, "checkpoints/step-20");
    writeFileSync(join(folder, "optimizer.safetensors"), "x".repeat(300));
    writeFileSync(join(folder, "tuning-fork.json"), JSON.stringify({ epoch: 2.5 }));
    expect(checkpointFolders(await record())[1]).toMatchObject({
      epoch: 2.5,
      parts: [
        { kind: "weights", bytes: 1000 },
        { kind: "optimizer", bytes: 300 },
      ],
    });
  });

  test("a pinned checkpoint of a stretch that a resume cut off is no place to go on from", async () => {
    const { run, record } = await stoppedRun();
    run.segment(2, 20).state("preparing").state("running").state("stopped");
    expect(resumePoint(await record())?.step).toBe(20);
  });
});
