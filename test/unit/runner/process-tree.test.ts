import { spawn } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { sleep } from "../../../src/base/clock.ts";
import { ProcessTree, RUNNER } from "../../../src/runner/process-tree.ts";
import { kill, processesNaming, until } from "../../support/processes.ts";

const RUN = "run-of-the-process-tree";
afterEach(async () => {
  for (const { pid } of processesNaming(RUN)) kill(pid, "SIGKILL");
  await until("the end of all processes", () => processesNaming(RUN).length === 0);
});

const WAIT = "setTimeout(() => {}, 60_000);";
/** A program that starts others, each in the leader's group or in a session of its own, and waits. */
const starting = (...children: { program: string; detached?: boolean; args?: string[] }[]): string =>
  children
    .map(({ program, detached = false, args = [] }) => {
      const argv = JSON.stringify(["-e", program, "--", ...args]);
      const options = JSON.stringify({ detached, stdio: "ignore" });
      return `require("node:child_process").spawn(process.execPath, ${argv}, ${options});`;
    })
    .join("\n") + WAIT;

/** The tree of a trainer that runs a program, when it has so many members. */
async function treeOf(
  program: string,
  members: number,
): Promise<{ tree: ProcessTree; leader: number; pids: number[] }> {
  const env = { ...process.env, TUNING_FORK_RUN_ID: RUN };
  const { pid: leader } = spawn(process.execPath, ["-e", program], { detached: true, stdio: "ignore", env });
  const tree = new ProcessTree(leader!, RUN);
  await until(`${members} members`, () => tree.members().length === members);
  return { tree, leader: leader!, pids: pidsOf(tree) };
}

const pidsOf = (tree: ProcessTree, ...how: Parameters<ProcessTree["members"]>): number[] =>
  tree
    .members(...how)
    .map(({ pid }) => pid)
    .toSorted((a, b) => a - b);

/** A launcher in the group, a rank in a session of its own, and a worker of that rank. */
const RANKS = starting({ program: starting({ program: WAIT }), detached: true });

describe("the processes of a trainer", () => {
  test("its group and what descends from it in other sessions, with what they use", async () => {
    const { tree, leader, pids } = await treeOf(RANKS, 3);
    expect(pids).toContain(leader);
    await until("memory of all", () => tree.members().every(({ rssBytes }) => rssBytes > 10e6));
    expect(tree.members().reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)).toBeGreaterThan(0);
  });

  test("SIGKILL ends them in every session; that nobody is left is no error", async () => {
    const { tree } = await treeOf(RANKS, 3);
    tree.signal("SIGKILL");
    await until("their end", () => tree.members().length === 0);
    tree.signal("SIGTERM");
    expect(processesNaming(RUN)).toEqual([]);
  });

  test("SIGTERM leaves the other sessions to their launcher, and goes to those that have lost it", async () => {
    const deaf = `process.on("SIGTERM", () => {});`;
    const { tree, leader, pids } = await treeOf(deaf + starting({ program: WAIT, detached: true }), 2);
    tree.signal("SIGTERM");
    await sleep(300);
    expect(pidsOf(tree)).toEqual(pids);
    kill(leader, "SIGKILL");
    await until("the launcher's end", () => pidsOf(tree).length === 1);
    tree.signal("SIGTERM");
    await until("the end of what it left", () => pidsOf(tree).length === 0);
  });

  test("what was seen once stays a member when its parents are gone", async () => {
    const { tree, leader, pids } = await treeOf(RANKS, 3);
    kill(leader, "SIGKILL");
    await until("the leader's end", () => pidsOf(tree).length === 2);
    expect(pidsOf(tree)).toEqual(pids.filter((pid) => pid !== leader));
  });

  test("what nobody watched is told by the run it was started for, wherever it stands", async () => {
    const program = starting({ program: WAIT, detached: true }, { program: WAIT });
    const { leader, pids } = await treeOf(program, 3);
    kill(leader, "SIGKILL");
    const left = pids.filter((pid) => pid !== leader);
    const later = new ProcessTree(leader, RUN);
    await until("the leader's end", () => pidsOf(later, "unwatched").length === 2);
    expect(pidsOf(later, "unwatched")).toEqual(left);
    expect(pidsOf(later, "ended")).toEqual(left);
    expect(pidsOf(new ProcessTree(leader, "another-run"), "unwatched")).toEqual([]);
    later.signal("SIGKILL", "unwatched");
    await until("their end", () => processesNaming(RUN).length === 0);
  });

  test("another run that a script starts is left alone, with all that it starts", async () => {
    const other = { program: starting({ program: WAIT, detached: true }), detached: true, args: [`/code/${RUNNER}`] };
    const { tree } = await treeOf(starting(other, { program: WAIT }), 2);
    await until("all of them", () => processesNaming(RUN).length === 4);
    tree.signal("SIGKILL");
    await until("the end of this run's", () => processesNaming(RUN).length === 2);
    expect(pidsOf(tree)).toEqual([]);
  });
});
