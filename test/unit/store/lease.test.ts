import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { identifySelf } from "../../../src/base/identity.ts";
import { Database } from "../../../src/store/driver.ts";
import { Lease, LEASE_MS } from "../../../src/store/lease.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { makeStoreFolder } from "../../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
let db: Database;
let nowMs = 1_000_000;
const clock = (): number => nowMs;
beforeEach(async () => {
  folder = makeStoreFolder();
  db = await Database.open(join(folder.root, "runs.db"), "write");
  await migrate(db);
});
afterEach(async () => {
  await db.close();
  folder.remove();
});

const take = (lease: Lease): Promise<boolean> => db.transaction("write", () => lease.holds());

describe("the lease of a store", () => {
  test("belongs to the first who takes it, until it runs out", async () => {
    const [one, other] = [new Lease(db, clock), new Lease(db, clock)];
    expect(await one.look()).toBe("free");
    expect(await take(one)).toBe(true);
    expect([await one.look(), await other.look()]).toEqual(["own", "taken"]);
    expect(await take(other)).toBe(false);
    nowMs += LEASE_MS;
    expect(await other.look()).toBe("stale");
    expect(await take(other)).toBe(true);
    expect([await one.look(), await take(one)]).toEqual(["taken", false]);
  });

  test("is given back by its holder, and by nobody else", async () => {
    const [one, other] = [new Lease(db, clock), new Lease(db, clock)];
    await take(one);
    await take(other);
    await other.release();
    expect(await one.look()).toBe("own");
    await one.release();
    expect(await other.look()).toBe("free");
  });

  test.each([
    ["a dead process of this machine", () => ({ ...identifySelf(), startTime: "0" }), "stale"],
    ["a process before a reboot", () => ({ ...identifySelf(), bootId: "another boot" }), "stale"],
    ["a live process", identifySelf, "taken"],
    ["a process of another machine, until it runs out", () => ({ ...identifySelf(), bootId: "b", host: "h" }), "taken"],
  ])("held by %s", async (_, identity, expected) => {
    await db.run("INSERT INTO lease VALUES (1, 'theirs', ?, ?)", JSON.stringify(identity()), nowMs + LEASE_MS);
    expect(await new Lease(db, clock).look()).toBe(expected);
  });

  test("does not outlive a clock that is put back", async () => {
    const [one, other] = [new Lease(db, clock), new Lease(db, clock)];
    await take(one);
    nowMs -= 3_600_000;
    expect(await other.look()).toBe("stale");
  });
});
