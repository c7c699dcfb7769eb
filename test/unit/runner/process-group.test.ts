import { spawn, type ChildProcess } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { groupMembers, orphansOf, signalGroup } from "../../../src/runner/process-group.ts";
import { until } from "../../support/processes.ts";

let leader: ChildProcess | undefined;
afterEach(() => {
  if (leader?.pid !== undefined) signalGroup(leader.pid, "SIGKILL");
});

/** A leader with two children; the children outlive it. */
async function group(): Promise<number> {
  const child = "setTimeout(()=>{},60000)";
  const script = `for (let i = 0; i < 2; i++) require("node:child_process").spawn(process.execPath, ["-e", "${child}"]); ${child}`;
  const env = { ...process.env, TUNING_FORK_RUN_ID: "run-1" };
  leader = spawn(process.execPath, ["-e", script], { detached: true, stdio: "ignore", env });
  const pgid = leader.pid as number;
  await until("three members", () => groupMembers(pgid).length === 3);
  return pgid;
}

test("a group's members are its live processes, with what they use", async () => {
  const pgid = await group();
  const members = groupMembers(pgid);
  expect(members.map(({ pid }) => pid)).toContain(pgid);
  await until("memory of all", () => groupMembers(pgid).every(({ rssBytes }) => rssBytes > 10e6));
  signalGroup(pgid, "SIGKILL");
  await until("their end", () => groupMembers(pgid).length === 0);
  signalGroup(pgid, "SIGTERM"); // nobody is left, and that is no error
});

test("what a dead leader left is told from a stranger's group by the run it was started for", async () => {
  const pgid = await group();
  process.kill(pgid, "SIGKILL");
  await until("the leader's death", () => groupMembers(pgid).length === 2);
  expect(orphansOf(pgid, "run-1")).toHaveLength(2);
  expect(orphansOf(pgid, "run-2")).toEqual([]);
});
