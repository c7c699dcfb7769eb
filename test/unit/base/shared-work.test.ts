import { expect, test, vi } from "vitest";
import { SharedWork } from "../../../src/base/shared-work.ts";

const MINUTE_MS = 60_000;

/** Work that is done when it is told to be, and says whether it was stopped. */
function pending() {
  let finish!: (value: string) => void;
  let fail!: (error: Error) => void;
  let signal!: AbortSignal;
  const result = new Promise<string>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const work = vi.fn((given: AbortSignal) => {
    signal = given;
    return result;
  });
  return { work, finish, fail, isStopped: () => signal.aborted };
}

test("who asks meanwhile or soon after gets the same", async () => {
  const shared = new SharedWork<string>(MINUTE_MS);
  const { work, finish } = pending();
  const both = [shared.get("a", work), shared.get("a", work)];
  finish("done");
  expect(await Promise.all(both)).toEqual(["done", "done"]);
  expect(await shared.get("a", work)).toBe("done");
  expect(work).toHaveBeenCalledTimes(1);
});

test("what is old is done again", async () => {
  const shared = new SharedWork<string>(0);
  const work = vi.fn(() => Promise.resolve("done"));
  await shared.get("a", work);
  await shared.get("a", work);
  expect(work).toHaveBeenCalledTimes(2);
});

test("it goes on while somebody waits, and stops when nobody does", async () => {
  const shared = new SharedWork<string>(MINUTE_MS);
  const { work, finish, isStopped } = pending();
  const [first, second] = [new AbortController(), new AbortController()];
  const answers = [shared.get("a", work, first.signal), shared.get("a", work, second.signal)];
  first.abort(new Error("first left"));
  await expect(answers[0]).rejects.toThrow("first left");
  expect(isStopped()).toBe(false);
  second.abort(new Error("second left"));
  await expect(answers[1]).rejects.toThrow("second left");
  expect(isStopped()).toBe(true);
  finish("too late");
  expect(await shared.get("a", () => Promise.resolve("anew"))).toBe("anew");
});

test("a failure is told to all and not kept", async () => {
  const shared = new SharedWork<string>(MINUTE_MS);
  const { work, fail } = pending();
  const both = [shared.get("a", work), shared.get("a", work)].map((one) => expect(one).rejects.toThrow("broken"));
  fail(new Error("broken"));
  await Promise.all(both);
  expect(await shared.get("a", () => Promise.resolve("again"))).toBe("again");
});

test("only so many are kept", async () => {
  const shared = new SharedWork<string>(MINUTE_MS, 2);
  const work = vi.fn(() => Promise.resolve("done"));
  for (const key of ["a", "b", "c", "c", "a"]) await shared.get(key, work);
  expect(work).toHaveBeenCalledTimes(4);
});
