/** All measurements in one run. usage: main [part…]; writes a table to stdout and JSON to the file named by BENCH_JSON. */
import { writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { bench as config } from "./config.ts";
import { bench as editor } from "./editor.ts";
import { bench as journal } from "./journal.ts";
import { Report } from "./lib/report.ts";
import { bench as logger } from "./logger.ts";
import { bench as pages } from "./pages.ts";
import { bench as store } from "./store.ts";
import { bench as torch } from "./torch.ts";
import { bench as trainer } from "./trainer.ts";

const PARTS: Record<string, (report: Report) => Promise<void>> = {
  journal,
  logger,
  store,
  config,
  trainer,
  torch,
  editor,
  pages,
};

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  if (wanted[0]?.startsWith("--")) return; // a child of a part, which does its own work
  const report = new Report();
  for (const [name, part] of Object.entries(PARTS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`Measuring: ${name}…`);
    await part(report);
  }
  const machine = {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()}`,
    node: process.version,
  };
  console.log(report.table());
  const file = process.env["BENCH_JSON"];
  if (file) writeFileSync(file, `${JSON.stringify({ machine, measures: report }, undefined, 2)}\n`);
}

void main();
