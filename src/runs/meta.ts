import { UserError } from "../base/errors.ts";
import { readJson, writeJsonAtomic } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import type { RunStore } from "../store/port.ts";
import { runFile } from "./layout.ts";
import type { RunMeta, RunRecord } from "./model.ts";

/** Longest name of a run, in characters: it must fit a line of a list. */
export const MAX_NAME = 120;

/**
 * Changes what people keep about a run (`meta.json` in its folder, so that a rebuilt database knows it too) and tells the
 * store. A field changed to undefined is removed.
 */
export async function changeMeta(
  store: RunStore,
  run: Pick<RunRecord, "id" | "dir">,
  change: (meta: RunMeta) => { [Key in keyof RunMeta]: RunMeta[Key] | undefined },
): Promise<void> {
  const file = runFile(run.dir, "meta");
  const meta = readJson<RunMeta>(file) ?? {};
  writeJsonAtomic(file, { ...meta, ...change(meta) });
  await store.touch(run.id);
}

/** Adds and removes tags; the run's tags are then exactly the list returned, without repeats. */
export async function tagRun(store: RunStore, run: RunRecord, add: string[], remove: string[] = []): Promise<string[]> {
  const tags = [...new Set([...run.tags, ...add.map((tag) => checkTag(tag))])].filter((tag) => !remove.includes(tag));
  await changeMeta(store, run, () => ({ tags }));
  return tags;
}

/** Replaces the run's note; an empty text removes it. */
export const noteRun = (store: RunStore, run: RunRecord, note: string): Promise<void> =>
  changeMeta(store, run, () => ({ note: note.trim() || undefined }));

export const starRun = (store: RunStore, run: RunRecord, starred: boolean): Promise<void> =>
  changeMeta(store, run, () => ({ starred: starred || undefined }));

/** Gives the run another name and returns it as it is kept; throws `name-unusable` for one that could not be named on a command line. */
export async function renameRun(store: RunStore, run: RunRecord, name: string): Promise<string> {
  const checked = checkName(name);
  await changeMeta(store, run, () => ({ name: checked }));
  return checked;
}

/** A run's name as it is kept: trimmed, one line, not empty, not a word that means something else. */
export function checkName(name: string): string {
  const text = name.trim();
  const problem =
    text === ""
      ? t("The name “{0}” is empty.", text)
      : /\p{Cc}/u.test(text)
        ? t("The name “{0}” holds a line break or control character.", text)
        : text.length > MAX_NAME
          ? t("The name “{0}” has {1} characters, at most {2} fit.", text, text.length, MAX_NAME)
          : text === "last" || text === "@last"
            ? t("The name “{0}” means the newest run.", text)
            : undefined;
  if (problem) throw new UserError("name-unusable", problem, { advice: t("Choose another one.") });
  return text;
}

function checkTag(tag: string): string {
  const text = tag.trim();
  if (text !== "" && !/[\p{Cc}\s]/u.test(text)) return text;
  throw new UserError("tag-unusable", t("“{0}” cannot be a tag: tags are words without spaces.", tag));
}
