import { dirname, join } from "node:path";
import { t } from "../../../base/l10n.ts";
import { EXTENSIONS, extensionOf, resolvePath } from "../../../data/locations.ts";
import { CONFIG_FILE } from "../../../models/files.ts";
import { unquoted } from "../cursor/words.ts";
import type { PathKind } from "../path-keys.ts";
import type { AssistDocument } from "../types.ts";
import type { Asked, Found } from "./asked.ts";
import type { Choice } from "./choice.ts";
import { entriesOf, isThere, type Entry } from "./folder.ts";
import { CHECKPOINT, checkpointsNear, dataBelow } from "./near.ts";

/** Which files a kind of path may name; folders lead on to what is in them. */
const FITS: Readonly<Record<PathKind, (name: string) => boolean>> = {
  data: (name) => extensionOf(name) in EXTENSIONS || extensionOf(name) === "txt",
  model: () => false,
  folder: () => false,
  checkpoint: () => false,
  template: (name) => /\.(?:jinja2?|j2)$/.test(name),
  python: (name) => /^python[\d.]*(?:\.exe)?$/.test(name),
  script: (name) => /\.(?:py|m?js|cjs)$/.test(name),
  config: (name) => /^(?:.+\.)?finetune\.ya?ml$/.test(name),
};

/** Files and folders that go on from what is typed of a path. Data is also looked for in the folders below. */
export async function paths({ document, cursor }: Asked, kind: PathKind): Promise<Found> {
  const typed = unquoted(cursor.typed);
  // What stands before the last slash is a folder; Windows writes it the other way round.
  const typedFolder = /^.*[/\\]/s.exec(typed)?.[0] ?? "";
  const base = kind === "config" ? dirname(document.parsed.file) : document.baseDir;
  const folder = resolvePath(typedFolder === "" ? "." : typedFolder, base);
  const showsHidden = typed.slice(typedFolder.length).startsWith(".") || kind === "python";
  const entries = await entriesOf(folder, showsHidden);
  const near = typedFolder === "" ? await nearby(document, kind) : [];
  const here = await Promise.all(entries.map((entry) => choiceFor(entry, typedFolder, folder, kind)));
  return { choices: [...near, ...here.flat()], isLate: false };
}

async function nearby({ baseDir, config }: AssistDocument, kind: PathKind): Promise<Choice[]> {
  if (kind === "data") {
    return (await dataBelow(baseDir, FITS.data)).map((value) => ({ value, kind: "file" }));
  }
  if (kind !== "checkpoint") return [];
  const found = await checkpointsNear(baseDir, config?.run.output_dir ?? null);
  return found.map((value) => ({ value, kind: "folder", detail: t("checkpoint") }));
}

async function choiceFor({ name, isFolder }: Entry, typed: string, folder: string, kind: PathKind): Promise<Choice[]> {
  if (!isFolder) return FITS[kind](name) ? [{ value: `${typed}${name}`, kind: "file" }] : [];
  const path = join(folder, name);
  if (kind === "model" && (await isThere(join(path, CONFIG_FILE)))) {
    const value = typed === "" ? `./${name}` : `${typed}${name}`;
    return [{ value, kind: "model", detail: t("model folder") }];
  }
  if (kind === "checkpoint" && CHECKPOINT.test(name)) {
    return [{ value: `${typed}${name}`, kind: "folder", detail: t("checkpoint") }];
  }
  return [{ value: `${typed}${name}/`, kind: "folder", asksAgain: true }];
}
