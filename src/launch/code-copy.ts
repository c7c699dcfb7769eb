import { createHash } from "node:crypto";
import { constants, createReadStream, existsSync, mkdirSync, readdirSync } from "node:fs";
import { renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { copyFile, link } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { codeDir } from "../base/code-dir.ts";
import { UserError, errnoOf } from "../base/errors.ts";
import { readJson, writeJsonAtomic } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import { runFile, storePaths } from "../runs/layout.ts";
import type { LaunchPlan } from "../runs/model.ts";

/** What runners and trainers run: their bundles, the wasm files, the weights of built-in models, the Python package. */
const CODE = /^(?:runner|trainer-[\w-]+|backend-probe|journal-thread)\.cjs$/;
const FOLDERS = ["wasm", "models", "python"];
/** Python keeps compiled files beside the sources that it ran; they are no part of the code. */
const CACHED = /(^|[\\/])__pycache__[\\/]/;
/** Large and never changed in place, so a second name for the same bytes will do. */
const LINKED = `models${sep}`;

interface SourceFile {
  /** Relative to the source folder. */
  path: string;
  bytes: number;
  mtimeMs: number;
}

/** Hashes by the names, sizes and times of the files they are of, so that a second start reads no file. */
const CACHE = "hashes.json";

/**
 * Makes sure that the store has a copy of the code of this product, and returns its folder `bin/<hash>`. Runs start from
 * there, so updating or removing the product changes nothing under them. Safe to call from several processes at once. The
 * first copy is tens of megabytes, read and written in turns so that the caller's thread stays responsive.
 *
 * @param source the folder with the bundles.
 */
export async function copyCode(root: string, source: string = codeDir()): Promise<string> {
  const bin = storePaths(root).code;
  mkdirSync(bin, { recursive: true });
  const files = listCode(source);
  const target = join(bin, await cachedHash(bin, source, files));
  if (!existsSync(target)) await layCopy(source, files, target);
  const now = new Date();
  utimesSync(target, now, now); // in use: `pruneCode` spares it until a run names it
  return target;
}

/** A copy without a run may be of a run that is being made. */
const SPARE_MS = 60 * 60 * 1000;

/** Removes the copies that no run (the trash included) was started from; returns their hashes. */
export function pruneCode(root: string, nowMs: number = Date.now()): string[] {
  const paths = storePaths(root);
  const needed = new Set(namesIn(paths.runs).map((id) => basename(planOf(paths.run(id))?.codeDir ?? "")));
  const old = (name: string) =>
    nowMs - (statSync(join(paths.code, name), { throwIfNoEntry: false })?.mtimeMs ?? nowMs) > SPARE_MS;
  const removed = namesIn(paths.code).filter((name) => name !== CACHE && !needed.has(name) && old(name));
  for (const name of removed) rmSync(join(paths.code, name), { recursive: true, force: true });
  return removed;
}

const planOf = (runDir: string): LaunchPlan | undefined => readJson<LaunchPlan>(runFile(runDir, "launch"));

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function listCode(source: string): SourceFile[] {
  const below = FOLDERS.filter((folder) => existsSync(join(source, folder))).flatMap((folder) =>
    readdirSync(join(source, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
      .filter((path) => !CACHED.test(path)),
  );
  const bundles = namesIn(source).filter((name) => CODE.test(name));
  if (!bundles.includes("runner.cjs")) {
    throw new UserError("product-incomplete", t("The folder {0} lacks runner.cjs, so no run can start.", source), {
      advice: t("Build the project (npm run build) or install the product again."),
      file: source,
    });
  }
  return [...bundles, ...below].toSorted().map((path) => {
    const { size, mtimeMs } = statSync(join(source, path));
    return { path, bytes: size, mtimeMs };
  });
}

async function cachedHash(bin: string, source: string, files: SourceFile[]): Promise<string> {
  const cache = join(bin, CACHE);
  const key = createHash("sha256")
    .update(JSON.stringify([source, files]))
    .digest("hex")
    .slice(0, 16);
  const known = readJson<Record<string, string>>(cache) ?? {};
  const before = known[key];
  if (before !== undefined && existsSync(join(bin, before))) return before;
  const hash = await hashFiles(source, files);
  const kept = Object.entries(known).filter(([, of]) => existsSync(join(bin, of)));
  writeJsonAtomic(cache, { ...Object.fromEntries(kept), [key]: hash });
  return hash;
}

async function hashFiles(source: string, files: SourceFile[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, bytes } of files) {
    hash.update(`${path.split(sep).join("/")}\0${bytes}\0`);
    const stream = createReadStream(join(source, path), { highWaterMark: 1 << 20 });
    for await (const chunk of stream) hash.update(chunk as Uint8Array);
  }
  return hash.digest("hex").slice(0, 16);
}

let serial = 0;

/** Lays the copy beside its place and then renames it, so that a folder with a hash as its name is always whole. */
async function layCopy(source: string, files: SourceFile[], target: string): Promise<void> {
  const draft = `${target}.${process.pid}.${++serial}.draft`;
  try {
    for (const { path } of files) {
      const to = join(draft, path);
      mkdirSync(dirname(to), { recursive: true });
      await layFile(join(source, path), to, path.startsWith(LINKED));
    }
    renameSync(draft, target);
  } catch (error) {
    // Another process laid the same copy meanwhile.
    if (!["EEXIST", "ENOTEMPTY", "EPERM"].includes(errnoOf(error) ?? "") || !existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function layFile(from: string, to: string, asLink: boolean): Promise<void> {
  if (asLink) {
    try {
      return await link(from, to);
    } catch {
      // another file system, or one without hard links
    }
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}
