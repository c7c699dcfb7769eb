import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { RUN_FILES } from "../runs/layout.ts";
import { openJournalText, packedPath } from "./journal-text.ts";
import { packFile, unpackFile } from "./packed-file.ts";
import type { TextSource } from "./text-source.ts";

const JOURNALS = ["events", "runner"] as const;

/**
 * Packs the two journals of a run that has ended; readers go on reading, cursors stay good. The caller holds the run's
 * lock, so that nobody appends meanwhile. Killed at any moment, the journal is whole in one form or the other, and a
 * second call ends what the first began. Throws the system's error when the disk is full, with the plain journal in place.
 */
export async function compressJournals(runDir: string): Promise<void> {
  for (const name of JOURNALS) await withJournal(runDir, name, packOne);
}

/**
 * Brings a run's journals (or those named) back to the plain form, before a resume appends to them. The caller holds the run's lock.
 * Costs next to nothing when they are plain.
 */
export async function thawJournals(
  runDir: string,
  names: readonly (typeof JOURNALS)[number][] = JOURNALS,
): Promise<void> {
  for (const name of names) await withJournal(runDir, name, thawOne);
}

/** Works on the form of a journal that counts; `isPlain` tells which it is. */
type Change = (path: string, text: TextSource, isPlain: boolean) => Promise<void>;

async function withJournal(runDir: string, name: (typeof JOURNALS)[number], change: Change): Promise<void> {
  const path = join(runDir, RUN_FILES[name]);
  const text = openJournalText(path);
  if (!text) return;
  try {
    await change(path, text, sizeOf(path) === text.size);
  } finally {
    text.close();
  }
}

const packOne: Change = async (path, text, isPlain) => {
  if (!isPlain) return;
  const target = packedPath(path);
  const textBytes = await packFile(text, `${target}.tmp`);
  if (textBytes !== sizeOf(path)) {
    rmSync(`${target}.tmp`, { force: true });
    throw new Error(`${path} grew while it was packed`);
  }
  replace(`${target}.tmp`, target);
  rmSync(path);
};

const thawOne: Change = async (path, text, isPlain) => {
  if (!isPlain) {
    await unpackFile(text, `${path}.tmp`);
    replace(`${path}.tmp`, path);
  }
  rmSync(packedPath(path), { force: true });
};

/** Moves a durable file into place, durably: only then may the form it replaces be removed. */
function replace(from: string, to: string): void {
  renameSync(from, to);
  if (process.platform === "win32") return; // folders cannot be opened there
  const folder = openSync(dirname(to), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;
