import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { START_REQUEST, takeStartRequest } from "../../../src/runs/start-request.ts";

const NOW_MS = 1_764_000_000_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-request-"));
  mkdirSync(join(folder, ".tuning-fork"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, START_REQUEST);
const ask = (more: object = {}): void =>
  writeFileSync(
    path(),
    JSON.stringify({ version: 1, folder, config: "finetune.yaml", createdMs: NOW_MS - 1000, ...more }),
  );

test("a fresh request for this folder is honoured once", () => {
  ask();
  expect(takeStartRequest(folder, NOW_MS)).toEqual({
    config: join(folder, "finetune.yaml"),
    run: null,
  });
  expect(existsSync(path())).toBe(false);
  expect(takeStartRequest(folder, NOW_MS)).toBeUndefined();
});

test("a live run may be named instead", () => {
  ask({ run: "01ABC" });
  expect(takeStartRequest(folder, NOW_MS)?.run).toBe("01ABC");
});

test.each([
  ["an old one", { createdMs: NOW_MS - 11 * 60_000 }],
  ["one from the future", { createdMs: NOW_MS + 11 * 60_000 }],
  ["one of another folder, as a repository might bring", { folder: "/elsewhere" }],
  ["one for a file outside", { config: "../finetune.yaml" }],
  ["one for an absolute path", { config: "/etc/finetune.yaml" }],
  ["one of a later version", { version: 2 }],
  ["one without a time", { createdMs: "now" }],
])("%s is taken away and starts nothing", (_, more) => {
  ask(more);
  expect(takeStartRequest(folder, NOW_MS)).toBeUndefined();
  expect(existsSync(path())).toBe(false);
});

test("a file that is no JSON is left alone, for it may be in the writing", () => {
  writeFileSync(path(), '{"version":');
  expect(takeStartRequest(folder, NOW_MS)).toBeUndefined();
  expect(existsSync(path())).toBe(true);
});
