import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database } from "../../../src/store/driver.ts";
import { SharedReads } from "../../../src/store/shared-reads.ts";
import { Turns } from "../../../src/store/turns.ts";
import { makeStoreFolder } from "../../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
let db: Database;
let other: Database;
let turns: Turns;
let begun: number;
let problem: Error | undefined;
let reads: SharedReads;
beforeEach(async () => {
  folder = makeStoreFolder();
  db = await Database.open(join(folder.root, "a.db"), "write");
  await db.exec("CREATE TABLE fact (value INTEGER); INSERT INTO fact VALUES (1)");
  other = await Database.open(join(folder.root, "a.db"), "write");
  turns = new Turns();
  begun = 0;
  problem = undefined;
  reads = new SharedReads(db, turns, async () => {
    begun++;
    if (problem) throw problem;
  });
});
afterEach(async () => {
  await db.close();
  await other.close();
  folder.remove();
});

const value = async (): Promise<number> => (await db.get<{ value: number }>("SELECT value FROM fact"))!.value;
const set = (to: number, by = db): Promise<unknown> => by.run("UPDATE fact SET value = ?", to);

describe("reads of one connection", () => {
  test("that wait together see one state, whatever another process writes meanwhile", async () => {
    const answers = await Promise.all([
      reads.read(value),
      reads.read(() => set(2, other)),
      reads.read(value),
      reads.read(value),
    ]);
    expect([answers[0], answers[2], answers[3], begun]).toEqual([1, 1, 1, 1]);
    expect(await reads.read(value)).toBe(2);
    expect(begun).toBe(2);
  });

  test("keep their place before and after a write of the same connection", async () => {
    const before = reads.read(value);
    const write = turns.take(() => set(7));
    const after = reads.read(value);
    expect(await Promise.all([before, after])).toEqual([1, 7]);
    await write;
    expect(begun).toBe(2);
  });

  test("fail each for itself", async () => {
    const answers = await Promise.allSettled([
      reads.read(value),
      reads.read(() => db.all("SELECT value FROM nothing")),
      reads.read(value),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("all fail when their transaction cannot begin, and the next ones begin anew", async () => {
    problem = new Error("the disk is gone");
    const answers = await Promise.allSettled([reads.read(value), reads.read(value)]);
    expect(answers.map((answer) => (answer.status === "rejected" ? String(answer.reason) : ""))).toEqual([
      "Error: the disk is gone",
      "Error: the disk is gone",
    ]);
    problem = undefined;
    expect(await Promise.all([reads.read(value), reads.read(value)])).toEqual([1, 1]);
  });
});
