import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { shownValue, type LeftOut } from "../../config/import/draft.ts";
import { importFile } from "../../config/import/import-file.ts";
import { newConfigName } from "../../config/new-config.ts";
import { writeConfig } from "../write-config.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { reportDocument, tellChecked } from "../checked-file.ts";
import { reportFailure } from "../failures.ts";
import { printable } from "../terminal.ts";
import { countOf } from "../words.ts";

interface Options {
  out?: string;
}

/** Exit code: 0 when a config was written, 1 when it has errors, 2 when there is nothing to write it from or to. */
export async function run(context: Context, [name = ""]: string[], { out }: Options): Promise<number> {
  const source = resolve(context.where.cwd, name);
  try {
    const { tool, text, leftOut } = importFile(source);
    const file = out === undefined ? join(dirname(source), "finetune.yaml") : resolve(context.where.cwd, out);
    const free = newConfigName(basename(source), (one) => existsSync(join(dirname(file), one)));
    const checked = await writeConfig(context, file, text, free);
    if (context.json) {
      const left = leftOut.map(({ key, value, why }) => ({ key, value: shownValue(value), why }));
      printJson(context, { file, tool, leftOut: left, report: reportDocument(checked.report) });
    } else {
      const shown = [relative(context.where.cwd, source), relative(context.where.cwd, file)].map(printable);
      context.out.line(t("{0} is a config of {1}. Wrote {2}.", shown[0]!, tool, shown[1]!));
      for (const line of leftOutLines(leftOut)) context.out.line(line);
      tellChecked(context, { ...checked, made: [] });
    }
    return checked.report.ok ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reportFailure(context, error);
    return EXIT.usage;
  }
}

function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [t("Every key was taken over.")];
  return [
    countOf(
      leftOut.length,
      "{0} key has no equivalent, or another meaning, and stands in it as a comment:",
      "{0} keys have no equivalent, or another meaning, and stand in it as comments:",
    ),
    ...leftOut.map(({ key, value, why }) => `  ${printable(`${key}: ${shownValue(value)} – ${why}`)}`),
  ];
}
