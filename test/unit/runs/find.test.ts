import { afterAll, beforeAll, expect, test } from "vitest";
import { findRun, findRuns } from "../../../src/runs/find.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { RunStore } from "../../../src/store/port.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

const { root, remove } = makeStoreFolder();
const make = (id: string, name: string, minutes: number, trashedMs?: number): string => {
  const folder = new RunFolder(root, { id, name, createdMs: 1_760_000_000_000 + minutes * 60_000 }).segment(1, 0);
  folder.state("preparing").meta(trashedMs === undefined ? {} : { trashedMs });
  return folder.id;
};
const spam = make("01KAAAAAAAAAAAAAAAAAAAAAAA", "spam", 1);
const other = make("01KAAAABBBBBBBBBBBBBBBBBBB", "spam-2", 2);
const twin = make("01KBBBBBBBBBBBBBBBBBBBBBBB", "twin", 3);
make("01KCCCCCCCCCCCCCCCCCCCCCCC", "twin", 4);
const kept = make("01KDDDDDDDDDDDDDDDDDDDDDDD", "binned", 5);
const binned = make("01KEEEEEEEEEEEEEEEEEEEEEEE", "binned", 6, 1_760_000_999_000);

let store: RunStore;
beforeAll(async () => {
  store = await openStore(root);
  await store.sync();
});
afterAll(async () => {
  await store.close();
  remove();
});

const idOf = async (text: string, trash?: "in" | "out"): Promise<string> =>
  (await findRun(store, text, trash ? { trash } : {})).id;

test.each([
  ["a whole id", spam, spam],
  ["an id in lower case", spam.toLowerCase(), spam],
  ["the beginning of one id", "01KB", twin],
  ["the beginning in lower case", "01kaaaabb", other],
  ["a name that begins another's", "spam", spam],
])("%s names its run", async (_what, text, id) => expect(await idOf(text)).toBe(id));

test("“last” is the newest run that is not in the trash", async () => {
  expect(await idOf("last")).toBe(kept);
  expect(await idOf("@last")).toBe(kept);
});

test("of two runs of a name, in and out of the trash, the use decides", async () => {
  expect(await idOf("binned")).toBe(kept);
  expect(await idOf("binned", "in")).toBe(binned);
});

test("what names several runs is refused with all of them", async () => {
  await expect(idOf("twin")).rejects.toMatchObject({
    code: "run-ambiguous",
    message: expect.stringContaining(twin) as string,
  });
  await expect(idOf("01KA")).rejects.toMatchObject({ code: "run-ambiguous" });
});

test("the beginning of a name is no name, but is told as near", async () => {
  await expect(idOf("spa")).rejects.toMatchObject({
    code: "run-not-found",
    advice: expect.stringContaining("spam-2") as string,
  });
  await expect(idOf("zzz")).rejects.toMatchObject({ code: "run-not-found" });
});

test("several names give each run once, in the order named", async () => {
  const runs = await findRuns(store, ["spam-2", "spam", other]);
  expect(runs.map(({ id }) => id)).toEqual([other, spam]);
});
