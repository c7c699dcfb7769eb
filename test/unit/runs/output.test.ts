import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OutputReader } from "../../../src/runs/output.ts";
import { dataFolder } from "../../support/data-folder.ts";

const read = (reader: OutputReader): string => [...reader.read()].join("");

test("each call gives what was written since the last one; before there is a file, nothing", () => {
  const folder = dataFolder();
  const file = join(folder, "output.log");
  const reader = new OutputReader(folder);
  expect(read(reader)).toBe("");
  writeFileSync(file, "one\n");
  expect(read(reader)).toBe("one\n");
  expect(read(reader)).toBe("");
  appendFileSync(file, "two\n");
  expect(read(reader)).toBe("two\n");
});

test("a character split between two pieces is whole", () => {
  const folder = dataFolder();
  const bytes = Buffer.from("ä微🙂");
  const reader = new OutputReader(folder);
  let text = "";
  for (const byte of bytes) {
    appendFileSync(join(folder, "output.log"), Buffer.from([byte]));
    text += read(reader);
  }
  expect(text).toBe("ä微🙂");
  const long = "x".repeat(64 * 1024 - 1) + "ä";
  writeFileSync(join(folder, "output.log"), long);
  expect(read(new OutputReader(folder))).toBe(long);
});

test("a file that was emptied is read from its beginning again", () => {
  const folder = dataFolder({ "output.log": "a long first text\n" });
  const reader = new OutputReader(folder);
  read(reader);
  writeFileSync(join(folder, "output.log"), "new\n");
  expect(read(reader)).toBe("new\n");
});
