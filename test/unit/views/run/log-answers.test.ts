import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeEvent } from "../../../../src/journal/codec.ts";
import { logAnswers } from "../../../../src/views/run/log-answers.ts";
import { randomNumbers } from "../../../support/seeded.ts";

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tuning-fork-log-"));
  file = join(dir, "output.log");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

type Answers = ReturnType<typeof logAnswers>;
const signal = new AbortController().signal;

/** Reads until the whole file is known. */
async function stateOf(answers: Answers) {
  for (;;) {
    const state = await answers.logState();
    if (state.complete) return state;
  }
}
const textsOf = async (answers: Answers, lines: number[]): Promise<string[]> =>
  (await answers.logLines({ lines, times: false })).lines.map(({ text }) => text);

describe("the log of a run", () => {
  test("without a file there is nothing, and it is found once it is there", async () => {
    const answers = logAnswers(dir);
    expect(await stateOf(answers)).toMatchObject({ lines: 0, bytes: 0, folds: 0 });
    writeFileSync(file, "one\ntwo\n");
    expect(await stateOf(answers)).toMatchObject({ lines: 2, bytes: 8 });
    expect(await textsOf(answers, [1, 2, 3])).toEqual(["one", "two"]);
  });

  test("a line still being written is shown, its torn last character is waited for", async () => {
    const bytes = Buffer.from("done\nhalf ü");
    writeFileSync(file, bytes.subarray(0, -1));
    const answers = logAnswers(dir);
    expect(await stateOf(answers)).toMatchObject({ lines: 2 });
    expect(await textsOf(answers, [2])).toEqual(["half "]);
    appendFileSync(file, bytes.subarray(-1));
    await stateOf(answers);
    expect(await textsOf(answers, [2])).toEqual(["half ü"]);
  });

  test("any line of a large file is the right one, whatever the lengths of its lines", async () => {
    const random = randomNumbers(3);
    const lines = Array.from({ length: 40_000 }, (_, index) => {
      const isLong = index % 9000 === 4321;
      return `${index + 1} ${"ä→x".repeat(isLong ? 40_000 : Math.floor(random.next() * 40))}`;
    });
    writeFileSync(file, lines.join("\n"));
    const answers = logAnswers(dir);
    expect(await stateOf(answers)).toMatchObject({ lines: lines.length, bytes: Buffer.byteLength(lines.join("\n")) });
    const asked = [1, 2, 255, 256, 257, 4321, 4322, 4323, 13_322, 20_000, 39_999, 40_000];
    const answer = await answers.logLines({ lines: asked, times: false });
    expect(answer.lines.map(({ line }) => line)).toEqual(asked);
    for (const { line, text, cut } of answer.lines) {
      const whole = lines[line - 1]!;
      expect(whole.startsWith(text)).toBe(true);
      expect(text.length === whole.length).toBe(cut === 0);
    }
    expect(answer.lines.filter(({ cut }) => cut > 0).map(({ line }) => line)).toEqual([4322, 13_322]);
  });

  test("grown in pieces it is the same as read at once", async () => {
    const text = Array.from({ length: 700 }, (_, index) => `line ${index} ${"é".repeat(index % 50)}`).join("\r\n");
    const bytes = Buffer.from(text);
    writeFileSync(file, "");
    const answers = logAnswers(dir);
    for (let at = 0; at < bytes.length; at += 777) {
      appendFileSync(file, bytes.subarray(at, at + 777));
      await answers.logState();
    }
    expect(await stateOf(answers)).toMatchObject({ lines: 700 });
    expect(await textsOf(answers, [1, 300, 700])).toEqual([
      "line 0 ",
      `line 299 ${"é".repeat(49)}`,
      `line 699 ${"é".repeat(49)}`,
    ]);
  });

  test.each([
    ["emptied and written anew", () => writeFileSync(file, "new\n")],
    [
      "replaced by a longer one",
      () => {
        writeFileSync(`${file}.new`, "new\nand longer than it was before\n");
        renameSync(`${file}.new`, file);
      },
    ],
    ["overwritten with more", () => writeFileSync(file, "new\nand longer than it was before\n")],
  ])("a file that was %s begins again", async (_name, change) => {
    writeFileSync(file, "old first\nold second\n");
    const answers = logAnswers(dir);
    const before = await stateOf(answers);
    change();
    const after = await stateOf(answers);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(await textsOf(answers, [1])).toEqual(["new"]);
  });

  test("progress drawn over itself comes as what it came to, and unfolds to what it was", async () => {
    writeFileSync(file, "start\n\r 10%\r 20%\r 30%\nend\n");
    const answers = logAnswers(dir);
    await stateOf(answers);
    const { lines } = await answers.logLines({ lines: [1, 2, 3], times: false });
    expect(lines.map(({ text, rewrites }) => [text, rewrites])).toEqual([
      ["start", 0],
      [" 30%", 2],
      ["end", 0],
    ]);
    expect(await answers.logUpdates({ line: 2 })).toEqual({ texts: [" 10%", " 20%"], left: 0 });
  });

  test("a bar that never ends its line shows its newest state, however long it goes on", async () => {
    const updates = Array.from({ length: 20_000 }, (_, index) => `\rstep ${index} of 20000`);
    writeFileSync(file, updates.join(""));
    const answers = logAnswers(dir);
    expect(await stateOf(answers)).toMatchObject({ lines: 1 });
    const { lines } = await answers.logLines({ lines: [1], times: false });
    expect(lines[0]).toMatchObject({ text: "step 19999 of 20000", rewrites: 19_999 });
    const { texts, left } = await answers.logUpdates({ line: 1 });
    expect(texts.at(-1)).toBe("step 19998 of 20000");
    expect(texts.length + left).toBe(19_999);
  });

  test("stretches of progress lines are named, and the last one grows", async () => {
    const bar = (step: number): string => `${step}%|███ | ${step}/100 [1s, 3.00it/s]\n`;
    writeFileSync(file, `begin\n${bar(1)}${bar(2)}${bar(3)}`);
    const answers = logAnswers(dir);
    expect(await stateOf(answers)).toMatchObject({ folds: 1 });
    expect(await answers.logFolds({ from: 0 })).toMatchObject({
      starts: Float64Array.of(2),
      counts: Float64Array.of(3),
    });
    appendFileSync(file, `${bar(4)}end\n`);
    await stateOf(answers);
    expect(await answers.logFolds({ from: 0 })).toMatchObject({
      starts: Float64Array.of(2),
      counts: Float64Array.of(4),
    });
  });

  test("a search finds lines without regard to case and colours, and goes on where it stopped", async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) =>
      index % 1000 === 7 ? `a \u001b[31mWAR\u001b[0mNING ${index}` : `line ${index}`,
    );
    writeFileSync(file, `${lines.join("\n")}\nhidden warning\rshown\n`);
    const answers = logAnswers(dir);
    const found = await answers.logSearch({ text: "warning", from: 1 }, signal);
    expect([...found.lines]).toEqual(Array.from({ length: 30 }, (_, index) => index * 1000 + 8));
    expect(found).toMatchObject({ upTo: 30_001, complete: true });
    appendFileSync(file, "a late warning\n");
    const more = await answers.logSearch({ text: "warning", from: found.upTo }, signal);
    expect([...more.lines]).toEqual([30_002]);
  });

  test("more matches than can be listed are said to be more", async () => {
    writeFileSync(file, "same\n".repeat(12_000));
    const answers = logAnswers(dir);
    const found = await answers.logSearch({ text: "same", from: 1 }, signal);
    expect([found.lines.length, found.upTo, found.complete]).toEqual([10_000, 10_000, false]);
    const rest = await answers.logSearch({ text: "same", from: 10_001 }, signal);
    expect([rest.lines.length, rest.lines[0], rest.complete]).toEqual([2000, 10_001, true]);
  });

  test("a search nobody waits for any more ends", async () => {
    writeFileSync(file, "line\n".repeat(200_000));
    const abort = new AbortController();
    const search = logAnswers(dir).logSearch({ text: "nowhere", from: 1 }, abort.signal);
    abort.abort();
    await expect(search).rejects.toMatchObject({ name: "AbortError" });
  });

  test("lines tell when they were there, as the runner noted it", async () => {
    writeFileSync(file, "first\nsecond\nthird\n");
    const events = [
      { t: "output", timeMs: 1000, offset: 6 },
      { t: "output", timeMs: 5000, offset: 13 },
    ] as const;
    writeFileSync(join(dir, "runner.jsonl"), events.map((event) => `${encodeEvent(event)}\n`).join(""));
    const answers = logAnswers(dir);
    await stateOf(answers);
    const { lines } = await answers.logLines({ lines: [1, 2, 3], times: true });
    expect(lines.map(({ timeMs }) => timeMs)).toEqual([1000, 5000, null]);
  });

  test("the text for the clipboard is what is read: no colours, no bars drawn over themselves", async () => {
    writeFileSync(file, "\u001b[32mINFO\u001b[0m go\r\n1%\r2%\nend");
    expect(await logAnswers(dir).logText()).toEqual({ text: "INFO go\n2%\nend", left: 0 });
  });
});
