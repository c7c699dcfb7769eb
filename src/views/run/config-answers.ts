import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errnoOf, sentenceOf } from "../../base/errors.ts";
import { readJson } from "../../base/files.ts";
import { t } from "../../base/l10n.ts";
import { redactJson } from "../../base/redact.ts";
import { parseConfig } from "../../config/parse.ts";
import { resolveConfig } from "../../config/resolve.ts";
import type { PlainMap } from "../../config/schema/view.ts";
import { runFile } from "../../runs/layout.ts";
import type { RunRecord } from "../../runs/model.ts";
import { configEntries } from "./config-entries.ts";

/** A config file as it is now, or why it cannot be told. */
type Now =
  | { resolved: { config: PlainMap; origins: Record<string, string> }; problem: null }
  | { resolved: undefined; problem: string };

/** Answers about a run's config. */
export function configAnswers(record: () => Promise<RunRecord>) {
  let known: { stamp: string; now: Now } | undefined;

  /** The file is resolved again only when it changed. */
  async function nowOf(file: string): Promise<Now> {
    try {
      const { mtimeMs, size, ino } = await stat(file);
      const stamp = `${file} ${mtimeMs} ${size} ${ino}`;
      if (known?.stamp !== stamp) known = { stamp, now: resolveNow(await readFile(file, "utf8"), file) };
      return known.now;
    } catch (error) {
      const isGone = ["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "");
      const name = basename(file);
      const problem = isGone
        ? t("{0} is no longer there, so nothing can be compared with it.", name)
        : t("{0} cannot be read: {1}", name, sentenceOf(error));
      return { resolved: undefined, problem };
    }
  }

  return {
    config: async () => {
      const { configFile: file, config, origins, dir, parent } = await record();
      const source = await readFile(runFile(dir, "configSource"), "utf8").catch(() => "");
      const now = await nowOf(file);
      const sides = {
        config,
        origins,
        written: parseConfig(source, file),
        now: now.resolved,
        parent: parent ? readJson<PlainMap>(runFile(join(dirname(dir), parent.run), "config")) : undefined,
      };
      return { file, source, entries: configEntries(sides), nowProblem: now.problem };
    },
  };
}

/** What a config file resolves to by itself, secrets redacted as those of a run are. */
function resolveNow(text: string, file: string): Now {
  const parsed = parseConfig(text, file);
  const { config, origins, diagnostics } = parsed.value
    ? resolveConfig(parsed.value, { place: parsed.place })
    : { config: undefined, origins: {}, diagnostics: parsed.diagnostics };
  if (config) return { resolved: { config: redactJson(config) as unknown as PlainMap, origins }, problem: null };
  const [first] = diagnostics.filter(({ severity }) => severity === "error");
  const problem = t(
    "{0} has errors now, so nothing can be compared with it. Line {1}: {2}",
    basename(file),
    first?.line ?? 1,
    first?.message ?? "",
  );
  return { resolved: undefined, problem };
}
