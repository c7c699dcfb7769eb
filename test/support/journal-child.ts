// A process that logs like a trainer, in the way its argument says, and tells on stdout what it has logged.
import { writeSync } from "node:fs";
import { compressJournals, thawJournals } from "../../src/journal/compress.ts";
import { JournalWriter } from "../../src/journal/writer.ts";

interface Task {
  mode: "paced" | "blocked" | "exit" | "throw" | "overflow" | "pack";
  path: string;
  steps: number;
  /** `paced`: time from one call to the next. */
  everyMs?: number;
  heldLimit?: number;
}

const task = JSON.parse(process.argv[2]!) as Task;
const say = (text: unknown) => writeSync(1, `${JSON.stringify(text)}\n`);
/** Holds the thread, event loop and all, as a training step does. */
const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

if (task.mode === "pack") void packForEver(task.path);
else log(task);

function log({ mode, path, steps, everyMs = 0, heldLimit }: Task): void {
  const writer = new JournalWriter(path, { writer: "trainer", run: "run", segment: 1, fromStep: 0 }, heldLimit);
  for (let step = 1; step <= steps; step++) {
    writer.write({ t: "metrics", step, values: { "train/loss": 1 / step, "train/learning_rate": 1e-3 } });
    if (mode !== "paced") continue;
    block(2);
    say([step, Date.now()]);
    block(everyMs - 2);
  }
  if (mode === "blocked") {
    say("blocked");
    block(60_000);
  }
  if (mode === "exit") process.exit(3);
  if (mode === "throw") throw new Error("the script ends here");
  if (mode === "overflow") {
    writer.flushSync();
    say({ lost: writer.lost, error: writer.error });
    process.stdin.once("data", () => {
      writer.flushSync();
      say({ lost: writer.lost, error: writer.error });
      void writer.close().then(() => process.exit(0));
    });
  }
}

async function packForEver(runDir: string): Promise<void> {
  for (let round = 0; ; round++) {
    await compressJournals(runDir);
    say(round);
    await thawJournals(runDir);
  }
}
