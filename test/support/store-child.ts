// A process with a store of its own: follows the journals until it is killed, and tells on stdout what it has seen.
import { writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { sentenceOf } from "../../src/base/errors.ts";
import { openStore } from "../../src/store/open-store.ts";

/** What it says once its store is open, and after each sync. */
export interface ChildNews {
  error?: string;
  /** Points that count, of one metric of one run, when it was told to look at them. */
  count?: number;
}

export interface ChildTask {
  root: string;
  everyMs: number;
  watch?: { run: string; metric: string };
}

const { root, everyMs, watch } = JSON.parse(process.argv[2]!) as ChildTask;
const say = (news: ChildNews) => writeSync(1, `${JSON.stringify(news)}\n`);

async function follow(): Promise<void> {
  const store = await openStore(root);
  say({});
  for (;;) {
    await store.sync();
    if (watch) {
      const record = await store.get(watch.run);
      say({ count: record?.metrics[watch.metric]?.count ?? 0 });
    } else say({});
    await wait(everyMs);
  }
}

follow().catch((error: unknown) => {
  say({ error: sentenceOf(error) });
  process.exitCode = 1;
});
