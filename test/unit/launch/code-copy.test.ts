import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeJsonAtomic } from "../../../src/base/files.ts";
import { copyCode, pruneCode } from "../../../src/launch/code-copy.ts";
import { runFile, storePaths } from "../../../src/runs/layout.ts";

let folder: string;
let source: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-code-"));
  source = join(folder, "dist");
  root = join(folder, ".tuning-fork");
  for (const sub of ["wasm", "models/use-lite", "node_modules", "python/tuning_fork/__pycache__"])
    mkdirSync(join(source, sub), { recursive: true });
  for (const file of [
    "runner.cjs",
    "runner.cjs.map",
    "trainer-tfjs.cjs",
    "backend-probe.cjs",
    "journal-thread.cjs",
    "cli.cjs",
  ]) {
    writeFileSync(join(source, file), file);
  }
  writeFileSync(join(source, "wasm/tfjs.wasm"), "wasm");
  writeFileSync(join(source, "python/train_torch.py"), "train");
  writeFileSync(join(source, "python/tuning_fork/journal.py"), "journal");
  writeFileSync(join(source, "python/tuning_fork/__pycache__/journal.cpython-311.pyc"), "compiled");
  writeFileSync(join(source, "models/use-lite/weights.bin"), "weights");
});
afterEach(() => rmSync(folder, { recursive: true }));

const list = (copy: string) =>
  readdirSync(copy, { recursive: true })
    .map(String)
    .toSorted((a, b) => a.localeCompare(b));
const age = (path: string) => utimesSync(path, 1, 1);

describe("the copy of the code", () => {
  test("holds what runs start, and nothing else", async () => {
    expect(list(await copyCode(root, source))).toEqual([
      "backend-probe.cjs",
      "journal-thread.cjs",
      "models",
      "models/use-lite",
      "models/use-lite/weights.bin",
      "python",
      "python/train_torch.py",
      "python/tuning_fork",
      "python/tuning_fork/journal.py",
      "runner.cjs",
      "trainer-tfjs.cjs",
      "wasm",
      "wasm/tfjs.wasm",
    ]);
  });

  test("is made once for the same content, wherever that lies, and anew for another", async () => {
    const first = await copyCode(root, source);
    expect(await copyCode(root, source)).toBe(first);
    age(join(source, "runner.cjs")); // another time, the same bytes
    expect(await copyCode(root, source)).toBe(first);
    writeFileSync(join(source, "runner.cjs"), "a new version");
    const second = await copyCode(root, source);
    expect(second).not.toBe(first);
    expect(readFileSync(join(first, "runner.cjs"), "utf8")).toBe("runner.cjs");
  });

  test("large models are a second name of the same bytes, code is not", async () => {
    const copy = await copyCode(root, source);
    expect(statSync(join(copy, "models/use-lite/weights.bin")).nlink).toBe(2);
    expect(statSync(join(copy, "runner.cjs")).nlink).toBe(1);
  });

  test("stays when the product goes", async () => {
    const copy = await copyCode(root, source);
    rmSync(source, { recursive: true });
    expect(readFileSync(join(copy, "models/use-lite/weights.bin"), "utf8")).toBe("weights");
  });

  test("a copy that somebody removed is made again", async () => {
    const copy = await copyCode(root, source);
    rmSync(copy, { recursive: true });
    expect(await copyCode(root, source)).toBe(copy);
    expect(existsSync(join(copy, "runner.cjs"))).toBe(true);
  });

  test("a product without its runner is refused before anything is copied", async () => {
    rmSync(join(source, "runner.cjs"));
    await expect(copyCode(root, source)).rejects.toThrow("lacks runner.cjs");
  });
});

describe("pruning", () => {
  test("removes what no run names, but not what was used within the hour", async () => {
    const needed = await copyCode(root, source);
    const run = storePaths(root).run("01RUN");
    mkdirSync(run, { recursive: true });
    writeJsonAtomic(runFile(run, "launch"), { codeDir: needed });
    writeFileSync(join(source, "runner.cjs"), "version 2");
    const unneeded = await copyCode(root, source);
    expect(pruneCode(root)).toEqual([]);
    age(needed);
    age(unneeded);
    expect(pruneCode(root)).toEqual([basename(unneeded)]);
    expect(existsSync(unneeded)).toBe(false);
    rmSync(run, { recursive: true });
    expect(pruneCode(root)).toEqual([basename(needed)]);
  });
});
