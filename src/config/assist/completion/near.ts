import { join } from "node:path";
import { resolvePath } from "../../../data/locations.ts";
import { entriesOf } from "./folder.ts";

/** What is looked for below a config's folder, so that nobody has to know where it lies. */

/** Most folders that are looked through. */
const MOST_FOLDERS = 100;
const DEEPEST = 2;
const SKIPPED = /^(?:node_modules|__pycache__|dist|out|build)$/;

/** Data files in the folders below, by their relative paths; broad and deep trees are cut. */
export async function dataBelow(base: string, fits: (name: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  let level = [""];
  let looked = 0;
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const next: string[] = [];
    for (const prefix of level) {
      if (looked++ >= MOST_FOLDERS) return found;
      for (const { name, isFolder } of await entriesOf(join(base, prefix), false)) {
        if (isFolder && !SKIPPED.test(name)) next.push(`${prefix}${name}/`);
        else if (depth > 0 && !isFolder && fits(name)) found.push(`${prefix}${name}`);
      }
    }
    level = next;
  }
  return found;
}

/** Folders of checkpoints, as this trainer and Hugging Face's name them. */
export const CHECKPOINT = /^(?:step|checkpoint)-(\d+)$/;

/** Most runs whose checkpoints are shown. */
const MOST_RUNS = 10;

/** Checkpoints in the config's own output folder and in those of the last runs, the latest first. */
export async function checkpointsNear(base: string, outputDir: string | null): Promise<string[]> {
  const runs = (await entriesOf(join(base, ".tuning-fork/runs"), false)).map(({ name }) => name);
  // Names of runs sort by time.
  const last = runs.toReversed().slice(0, MOST_RUNS);
  const output = outputDir === null ? [] : [outputDir, `${outputDir}/checkpoints`];
  const folders = [...output, ...last.map((run) => `.tuning-fork/runs/${run}/checkpoints`)];
  const found: string[] = [];
  for (const folder of folders) {
    const names = (await entriesOf(resolvePath(folder, base), false)).map(({ name }) => name);
    const steps = names.flatMap((name) => (CHECKPOINT.test(name) ? [{ name, step: stepOf(name) }] : []));
    for (const { name } of steps.toSorted((a, b) => b.step - a.step)) found.push(`${folder}/${name}`);
  }
  return found;
}

const stepOf = (name: string): number => Number(CHECKPOINT.exec(name)?.[1] ?? 0);
