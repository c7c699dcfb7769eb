import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";
import { TASKS } from "../../../src/config/schema/subject.ts";
import type { ResolvedConfig } from "../../../src/config/types.ts";
import { scanData } from "../../../src/data/scan/scan.ts";
import { dataFolder } from "../../support/data-folder.ts";
import { randomNumbers } from "../../support/seeded.ts";

const SOUND: Readonly<Record<string, Uint8Array>> = {
  "t.csv": Buffer.from('text,label\n"a, ""b""",x\nü🎉,y\n\nlast,x\n'),
  "t.tsv": Buffer.from("tokens\tner_tags\n[1]\t[0]\n"),
  "t.jsonl": Buffer.from(
    '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n{"text": "t", "label": 3}\n',
  ),
  "p.jsonl": Buffer.from('{"prompt": "a", "chosen": [{"role": "x"}], "rejected": {"b": [null]}}\n'),
  "t.parquet": readFileSync(join(import.meta.dirname, "../../fixtures/data/six-snappy.parquet")),
};

test("damaged files of every format give facts or a sentence, for every task", async () => {
  const random = randomNumbers(11);
  const tasks = TASKS.filter((task) => task !== "script");
  const outcomes = new Set<string>();
  for (let round = 0; round < 300; round++) {
    const name = random.pick(Object.keys(SOUND));
    const bytes = damaged(SOUND[name]!);
    const folder = dataFolder({ [name]: bytes });
    const task = random.pick(tasks);
    const model = { name_or_path: "org/name" };
    const config = resolveConfig({ version: 1, task, model, data: { train: name } }).config as ResolvedConfig;
    try {
      const { rows } = await scanData(config, folder);
      expect(rows.train).toBeGreaterThan(0);
      outcomes.add("read");
    } catch (problem) {
      if (!(problem instanceof UserError)) throw new Error(`${task} ${name} round ${round}`, { cause: problem });
      outcomes.add(problem.code);
    }
  }
  expect(outcomes.has("read")).toBe(true);
  expect(outcomes.size).toBeGreaterThan(8);

  function damaged(sound: Uint8Array): Uint8Array {
    const bytes = [...sound];
    for (let edits = random.integer(0, 4); edits > 0; edits--) {
      const at = random.integer(0, Math.max(0, bytes.length - 1));
      const choice = random.integer(0, 3);
      if (choice === 0) bytes.splice(at, random.integer(1, 20));
      else if (choice === 1) bytes.splice(at, 0, random.integer(0, 255));
      else if (choice === 2) bytes[at] = random.integer(0, 255);
      else bytes.length = at;
    }
    return Uint8Array.from(bytes);
  }
});
