/** The extension in a real editor: what its activation takes, and the explorer over many runs. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { STORE_FOLDER, storePaths } from "../src/runs/layout.ts";
import { openStore } from "../src/store/open-store.ts";
import { abilitiesOf } from "../src/views/explorer/abilities.ts";
import { factOf } from "../src/views/explorer/describe.ts";
import { groupRuns } from "../src/views/explorer/group.ts";
import type { ActivationNote } from "./host/activation.ts";
import type { Report } from "./lib/report.ts";
import { writeRun } from "./lib/run-data.ts";
import { timed } from "./lib/timing.ts";

const AREA = "editor";
const RUNS = 10_000;
const ROUNDS = 5;
const NOTES = join(import.meta.dirname, "activation.jsonl");

export async function bench(report: Report): Promise<void> {
  await inFolder((workspace) => explorer(report, workspace));
  await inFolder((workspace) => activation(report, workspace));
}

/** What the explorer does for its first look, without the editor's own drawing: read, group, and describe every run. */
async function explorer(report: Report, workspace: string): Promise<void> {
  const root = join(workspace, STORE_FOLDER);
  mkdirSync(storePaths(root).runs, { recursive: true });
  for (let i = 0; i < RUNS; i++) writeRun(root, { metrics: 5, steps: 3 });
  const store = await openStore(root, { worker: true });
  try {
    await store.sync();
    const look = async (): Promise<void> => {
      const runs = await store.list({ trashed: true });
      for (const group of groupRuns(runs, "state", Date.now()))
        for (const run of group.runs) {
          factOf(run);
          abilitiesOf(run, false);
        }
    };
    const samples = await timed(7, look, 1);
    report.add({
      area: AREA,
      name: `explorer over ${RUNS.toLocaleString("en")} runs`,
      unit: "ms",
      samples,
      goal: "≤ 200",
    });
  } finally {
    await store.close();
  }
}

/** Each time in a new extension host, with the packed extension, in a folder without runs: in one with runs it is active at once. */
async function activation(report: Report, workspace: string): Promise<void> {
  const { startEditor } = await script<typeof import("../scripts/editor-server.mjs")>("editor-server.mjs");
  const { runInHost } = await script<typeof import("../scripts/host-run.mjs")>("host-run.mjs");
  const { packExtension } = await script<typeof import("../scripts/vsix.mjs")>("vsix.mjs");
  const home = mkdtempSync(join(tmpdir(), "tuning-fork-bench-editor-"));
  rmSync(NOTES, { force: true });
  const vsix = packExtension({ out: join(home, "extension.vsix"), quiet: true });
  const server = await startEditor({ home, vsix: [vsix], automation: true, env: { HOME: home } });
  try {
    const [name] = readdirSync(join(home, "extensions")).filter((entry) => entry.startsWith("tuning-fork."));
    if (name === undefined) throw new Error("The packed extension was not installed.");
    for (let round = 0; round < ROUNDS; round++) {
      const code = await runInHost({
        server,
        browser: process.env["TUNING_FORK_BROWSER"] ?? "chromium",
        workspace,
        extension: join(home, "extensions", name),
        entry: join(import.meta.dirname, "activation.cjs"),
        tellsErrors: true,
      });
      if (code !== 0) throw new Error("The extension did not activate; see bench/host/activation.ts.");
    }
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
  const notes = readFileSync(NOTES, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ActivationNote);
  const add = (name: string, key: keyof ActivationNote, goal?: string): void =>
    report.add({ area: AREA, name, unit: "ms", samples: notes.map((note) => note[key]), ...(goal ? { goal } : {}) });
  add("activation, synchronous part", "syncMs", "≤ 50");
  add("activation with loading of the bundle", "withLoadMs");
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-bench-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The project's scripts find their own places, so they are loaded from where they lie, not bundled. */
const script = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(join(process.cwd(), "scripts", name)).href)) as T;
