import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sleep } from "../../../../src/base/clock.ts";
import { CheckpointWatch, type WatchedCheckpoints } from "../../../../src/runner/script/checkpoint-watch.ts";
import type { NewEvent } from "../../../../src/journal/writer.ts";

let dir: string;
let written: NewEvent[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tuning-fork-watch-"));
  written = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const watch = (pattern: string, more: Partial<WatchedCheckpoints> = {}) =>
  new CheckpointWatch({
    runDir: join(dir, "run"),
    pattern: join(dir, pattern),
    sinceMs: 0,
    told: new Map(),
    write: (event) => written.push(event),
    currentStep: () => 77,
    ...more,
  });

function save(path: string, bytes = 10): void {
  mkdirSync(join(dir, path, ".."), { recursive: true });
  writeFileSync(join(dir, path), "x".repeat(bytes));
}

const told = () => written.splice(0).map((event) => ("path" in event ? [event.t, event.step, event.path] : event));

describe("checkpoints that a script does not tell of", () => {
  test("are recorded once two looks saw no change", () => {
    const watching = watch("run/checkpoint-*");
    watching.look();
    save("run/checkpoint-10/model.bin");
    watching.look();
    expect(told()).toEqual([]);
    save("run/checkpoint-10/optimizer.bin", 30);
    watching.look();
    expect(told()).toEqual([]); // it grew
    watching.look();
    expect(written).toMatchObject([{ t: "checkpoint", step: 10, path: "checkpoint-10", bytes: 40, best: false }]);
    expect(told()).toHaveLength(1);
    watching.look();
    expect(told()).toEqual([]);
  });

  test("an empty folder is none yet", () => {
    const watching = watch("c-*");
    mkdirSync(join(dir, "c-1"));
    watching.look();
    watching.look();
    expect(told()).toEqual([]);
  });

  test("files elsewhere have their whole path; steps are the last number of the name, else the current step", () => {
    save("out/epoch=3-step=1200.ckpt");
    save("out/model_v2.safetensors");
    save("out/best.pt");
    const watching = watch("out/*");
    watching.look();
    watching.look();
    expect(told()).toEqual([
      ["checkpoint", 77, join(dir, "out/best.pt")],
      ["checkpoint", 1200, join(dir, "out/epoch=3-step=1200.ckpt")],
      ["checkpoint", 2, join(dir, "out/model_v2.safetensors")],
    ]);
  });

  test("one that is written anew is recorded anew, one that is gone is removed", async () => {
    save("run/last.pt");
    const watching = watch("run/*.pt");
    watching.look();
    watching.look();
    expect(told()).toEqual([["checkpoint", 77, "last.pt"]]);
    await sleep(20); // the clock of the file system is coarse
    appendFileSync(join(dir, "run/last.pt"), "more");
    watching.look();
    watching.look();
    expect(written).toMatchObject([{ t: "checkpoint", path: "last.pt", bytes: 14 }]);
    rmSync(join(dir, "run/last.pt"));
    written = [];
    watching.look();
    expect(told()).toEqual([["checkpoint-removed", 77, "last.pt"]]);
  });

  test("what was there before the segment, or is on record, is left alone; a folder moved there is new", async () => {
    save("run/checkpoint-1/w");
    save("run/checkpoint-2/w");
    save("elsewhere/w");
    await sleep(20);
    const sinceMs = Date.now();
    await sleep(20);
    save("run/checkpoint-3/w");
    await sleep(20);
    const watching = watch("run/checkpoint-*", { sinceMs, told: new Map([["checkpoint-3", Date.now()]]) });
    watching.look();
    watching.look();
    expect(told()).toEqual([]);
    renameSync(join(dir, "elsewhere"), join(dir, "run/checkpoint-4"));
    watching.look();
    watching.look();
    expect(told()).toEqual([["checkpoint", 4, "checkpoint-4"]]);
  });

  test("at a good end what is there is whole; at another, only what stood still", () => {
    save("run/checkpoint-1/w");
    const watching = watch("run/checkpoint-*");
    watching.look();
    save("run/checkpoint-2/w");
    watching.look(false);
    expect(told()).toEqual([["checkpoint", 1, "checkpoint-1"]]);
    const again = watch("run/checkpoint-*", { told: new Map([["checkpoint-1", Date.now() + 1000]]) });
    again.look(true);
    expect(told()).toEqual([["checkpoint", 2, "checkpoint-2"]]);
  });

  test("a pattern over far too much is given up with a word", () => {
    const watching = watch(`{${Array.from({ length: 2000 }, (_, index) => index).join(",")}}`);
    watching.look();
    watching.look();
    expect(written).toMatchObject([{ t: "alert", code: "checkpoint-pattern" }]);
  });
});
