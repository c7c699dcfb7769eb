/** Checking a config: the data tier on many rows, and what typing feels of it meanwhile. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../src/base/random.ts";
import { checkText } from "../src/config/validate.ts";
import { benchLanguageServer } from "./language-server.ts";
import { percentile, type Report } from "./lib/report.ts";
import { timed } from "./lib/timing.ts";

const AREA = "config";
const ROWS = 100_000;

const CONFIG = `version: 1
task: text-classification
run: { name: bench, seed: 1 }
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: train.csv, eval_fraction: 0.1 }
`;

export async function bench(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-bench-"));
  try {
    writeFileSync(join(folder, "train.csv"), rowsText());
    await dataTier(report, join(folder, "finetune.yaml"));
    await benchLanguageServer(report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function dataTier(report: Report, file: string): Promise<void> {
  const whole = () => checkText(CONFIG, file, { tiers: ["text", "files"] });
  const samples = await timed(5, whole, 1);
  report.add({ area: AREA, name: "data tier on 100k rows", unit: "ms", samples, goal: "≤ 2000" });
  const typed: number[] = [];
  const reading = whole().then(() => true);
  const pause = () => new Promise<false>((resolve) => setTimeout(() => resolve(false), 5));
  while (!(await Promise.race([reading, pause()]))) {
    const asked = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    await checkText(CONFIG, file, { tiers: ["text"] });
    typed.push(performance.now() - asked);
  }
  const name = "text tier while 100k rows are read, 95 of 100 within";
  report.add({ area: AREA, name, unit: "ms", samples: [percentile(typed, 0.95)], goal: "≤ 30" });
}

/** Rows such as support tickets have: 5 to 30 words, a third of them in quotes. */
function rowsText(): string {
  const random = createRandom(1);
  const words = "the order arrived broken and nobody answers my mails please send a new one or refund".split(" ");
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const text = Array.from({ length: 5 + random.int(26) }, () => words[random.int(words.length)]!);
    const written = random.next() < 0.3 ? `"${text.join(", ")} ${row}"` : `${text.join(" ")} ${row}`;
    return `${written},${random.next() < 0.5 ? "billing" : "how-to"}`;
  });
  return `text,label\n${lines.join("\n")}\n`;
}
