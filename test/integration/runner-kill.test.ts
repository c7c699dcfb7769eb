import { expect, test } from "vitest";
import { sleep } from "../../src/base/clock.ts";
import { identify } from "../../src/base/identity.ts";
import { createRandom, type Random } from "../../src/base/random.ts";
import type { AnyEvent } from "../../src/journal/events.ts";
import { JournalTail, readJournal } from "../../src/journal/reader.ts";
import { LocalLauncher } from "../../src/launch/local.ts";
import { readHistory } from "../../src/runner/history.ts";
import { judgeProcesses } from "../../src/runs/judge.ts";
import { runFile } from "../../src/runs/layout.ts";
import { isTerminal, type RunState } from "../../src/runs/model.ts";
import { reconcile } from "../../src/runs/reconcile.ts";
import { makeFakeRun } from "../support/fake-trainer.ts";
import { freshStores, kill, processesNaming, until } from "../support/processes.ts";

const ROUNDS = Number(process.env["TUNING_FORK_KILL_ROUNDS"] ?? 50);
const SEED = Number(process.env["TUNING_FORK_KILL_SEED"] ?? 20);
const AT_ONCE = 5;
const STEPS = 30;

const store = freshStores();
const launcher = new LocalLauncher();

const VICTIMS = ["runner", "trainer", "both"] as const;
type Victim = (typeof VICTIMS)[number];

/** The runner is known by its script; the trainer may still be the shell it waits in. */
async function murder(id: string, victim: Victim): Promise<void> {
  const victims = processesNaming(id).filter(
    ({ command }) => victim === "both" || (victim === "runner") === command.includes("runner.cjs"),
  );
  for (const { pid } of victims) kill(pid, "SIGKILL");
  await until("the killed to be dead", () => victims.every(({ pid }) => identify(pid) === undefined));
}

async function round(root: string, random: Random): Promise<{ id: string; runDir: string; killed: Victim[] }> {
  const { id, runDir } = makeFakeRun(root, { steps: STEPS, stepMs: 10 });
  const killed: Victim[] = [];
  const strike = async (withinMs: number) => {
    await sleep(random.next() * withinMs);
    const victim = VICTIMS[random.int(VICTIMS.length)] as Victim;
    await murder(id, victim);
    killed.push(victim);
  };
  await Promise.all([launcher.submit(runDir, process.env).catch(() => undefined), strike(700)]);
  await reconcile(root, launcher, { open: [id] });
  if (random.int(3) === 0) await strike(300);
  // Stores are opened again and again; each time nothing may be left without an owner.
  for (let opened = 0; !isTerminal(readHistory(runDir).state ?? "queued"); opened++) {
    expect(opened, "times the store was opened").toBeLessThan(200);
    expect((await reconcile(root, launcher, { open: [id] })).failed).toEqual([]);
    if (!isTerminal(readHistory(runDir).state ?? "queued")) expect(judgeProcesses(runDir).kind).not.toBe("orphaned");
    await sleep(50);
  }
  return { id, runDir, killed };
}

function judgeTruth(runDir: string): { told: RunState | undefined; true: RunState[] } {
  const history = readHistory(runDir);
  const events = [...readJournal(runDir, "events")];
  const end = events.find((event) => event.t === "end");
  if (end) return { told: history.state, true: ["finished"] };
  return { told: history.state, true: history.runner ? ["crashed"] : ["failed"] };
}

const count = (runDir: string, wanted: (event: AnyEvent) => boolean) =>
  [...readJournal(runDir, "runner")].filter(wanted).length;

test(`${ROUNDS} rounds of SIGKILL at random moments: every state tells the truth and nothing is left behind`, async () => {
  const random = createRandom(SEED);
  const root = store();
  for (let done = 0; done < ROUNDS; done += AT_ONCE) {
    const seeds = Array.from({ length: Math.min(AT_ONCE, ROUNDS - done) }, () => random.int(2 ** 31));
    const rounds = await Promise.all(seeds.map((seed) => round(root, createRandom(seed))));
    for (const { id, runDir, killed } of rounds) {
      const story = `${id}, killed: ${killed.join(", ")}: ${readHistory(runDir).cause}`;
      const truth = judgeTruth(runDir);
      expect(truth.true, story).toContain(truth.told);
      expect(
        count(runDir, (event) => event.t === "state" && isTerminal(event.state)),
        story,
      ).toBe(1);
      expect(
        count(runDir, ({ t }) => t === "exit"),
        story,
      ).toBeLessThanOrEqual(1);
      const steps = [...readJournal(runDir, "events")].flatMap((event) => (event.t === "metrics" ? [event.step] : []));
      expect(steps, story).toEqual(Array.from({ length: steps.length }, (_, index) => index + 1));
      for (const file of ["events", "runner"] as const) {
        expect(new JournalTail(runFile(runDir, file)).read(1 << 24).damaged, story).toBe(0);
      }
      await until(`the processes of ${story} to end`, () => processesNaming(id).length === 0);
    }
  }
}, 600_000);
