import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunFold } from "../../../src/runs/fold.ts";
import { STATES } from "../../../src/runs/states.ts";
import { readWhole, scratchFolder } from "../../support/journals.ts";

const folder = scratchFolder();
const text = readFileSync(join(import.meta.dirname, "../../../docs/formats.md"), "utf8");

test("the example in docs/formats.md is a journal that says what the text says", () => {
  const [, example] = /```json\n(.*?)```/s.exec(text)!;
  const path = join(folder, "events.jsonl");
  writeFileSync(path, example!);
  const { events, damaged } = readWhole(path);
  expect(damaged).toBe(0);
  const fold = new RunFold();
  for (const event of events) fold.apply("events", event);
  expect(fold.view()).toMatchObject({
    startedMs: 1_764_000_000_000,
    progress: { step: 20 },
    metrics: { loss: { last: 0.3, lastStep: 20, max: 0.4, count: 2 } },
    end: { outcome: "finished" },
  });
});

test("its table of states is the one in force", () => {
  const [section] = /### States.*?(?=\n###)/s.exec(text)!;
  const rows = [...section.matchAll(/^\| (`[a-z`, ]+`) +\| [^|]+ \| ([a-z, ]+?) +\|$/gm)].map(([, states, next]) => ({
    states: states!.replaceAll("`", "").split(", "),
    next: next!.split(", "),
  }));
  const ends = rows.at(-1)!.states;
  const written = rows.flatMap(({ states, next }) =>
    states.map((state) => [state, next.flatMap((name) => (name === "an end" ? ends : [name]))] as const),
  );
  expect(Object.fromEntries(written)).toEqual(
    Object.fromEntries(Object.entries(STATES).map(([state, { next }]) => [state, next])),
  );
});
