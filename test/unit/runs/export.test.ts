import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { exportRun, writeExport, type ExportFormat } from "../../../src/runs/export.ts";
import type { RunRecord } from "../../../src/runs/model.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { dataFolder } from "../../support/data-folder.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

/** The whole export of a run whose series hold NaN, an infinity and a name that CSV must quote. */
async function exported(format: ExportFormat): Promise<string> {
  const { root, remove } = makeStoreFolder();
  onTestFinished(remove);
  const folder = new RunFolder(root).segment(1, 0);
  folder.metrics(1, { "train/loss": Number.NaN, 'eval/"a,b"': 0.5 }).metrics(2, { "train/loss": Infinity });
  folder.metrics(3, { "train/loss": 0.25 }).state("preparing").state("running");
  const store = await openStore(root);
  try {
    await store.sync();
    const run = (await store.get(folder.id)) as RunRecord;
    let text = "";
    for await (const piece of exportRun(store, run, format)) text += piece;
    return text;
  } finally {
    await store.close();
  }
}

test("JSON holds the record and every point; NaN and infinities survive", async () => {
  const { run, series } = JSON.parse(await exported("json")) as { run: RunRecord; series: Record<string, unknown[][]> };
  expect(run.metrics["train/loss"]).toMatchObject({ last: 0.25, count: 3 });
  expect(series["train/loss"]?.map(([step, value]) => [step, value])).toEqual([
    [1, "NaN"],
    [2, "Infinity"],
    [3, 0.25],
  ]);
});

test("CSV has a line a point, with names quoted as RFC 4180 says", async () => {
  const lines = (await exported("csv")).split("\r\n").map((line) => line.replace(/,\d+$/, ""));
  expect(lines).toEqual([
    "metric,step,value,time_ms",
    '"eval/""a,b""",1,0.5',
    "train/loss,1,NaN",
    "train/loss,2,Infinity",
    "train/loss,3,0.25",
    "",
  ]);
});

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    await Promise.resolve();
    if (text instanceof Error) throw text;
    yield text;
  }
}

test("a file appears whole or not at all, and none is replaced unasked", async () => {
  const folder = dataFolder();
  const file = join(folder, "run.json");
  await expect(writeExport(file, pieces("half", new Error("torn")), false)).rejects.toThrow("torn");
  expect(readdirSync(folder)).toEqual([]);

  writeFileSync(file, "mine");
  await expect(writeExport(file, pieces("new"), false)).rejects.toMatchObject({ code: "file-exists" });
  expect(readFileSync(file, "utf8")).toBe("mine");
  expect(await writeExport(file, pieces("ä", "b"), true)).toBe(3);
  expect(readFileSync(file, "utf8")).toBe("äb");
  expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false);
});
