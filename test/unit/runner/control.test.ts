import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ControlReader, sendCommand } from "../../../src/runner/control.ts";
import { runFile } from "../../../src/runs/layout.ts";

let runDir: string;
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), "tuning-fork-control-"));
  writeFileSync(runFile(runDir, "launch"), "{}");
  utimesSync(runFile(runDir, "launch"), 1000, 1000); // seconds
});
afterEach(() => rmSync(runDir, { recursive: true }));

const stop = (timeMs: number) => ({ t: "stop", timeMs, by: "ada", force: false }) as const;

describe("the control file", () => {
  test("gives each command once", () => {
    const reader = new ControlReader(runDir);
    expect(reader.read()).toEqual([]);
    sendCommand(runDir, stop(1_000_001));
    expect(reader.read()).toEqual([stop(1_000_001)]);
    expect(reader.read()).toEqual([]);
    sendCommand(runDir, { ...stop(1_000_002), force: true });
    expect(reader.read()).toEqual([{ ...stop(1_000_002), force: true }]);
  });

  test("a torn line is waited for, a line that is no command skipped", () => {
    const reader = new ControlReader(runDir);
    const line = JSON.stringify(stop(1_000_001));
    appendFileSync(runFile(runDir, "control"), `rubbish\nnull\n{"t":"dance"}\n${line.slice(0, 12)}`);
    expect(reader.read()).toEqual([]);
    appendFileSync(runFile(runDir, "control"), `${line.slice(12)}\n`);
    expect(reader.read()).toEqual([stop(1_000_001)]);
  });

  test("commands from before the segment's launch plan were for an earlier one", () => {
    sendCommand(runDir, stop(999_999));
    sendCommand(runDir, stop(1_000_000));
    expect(new ControlReader(runDir).read()).toEqual([stop(1_000_000)]);
  });
});
