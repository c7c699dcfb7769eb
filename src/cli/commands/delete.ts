import { createInterface } from "node:readline/promises";
import { formatFileSize } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { removeRun, runSize, trashRun } from "../../runs/delete.ts";
import { findRuns } from "../../runs/find.ts";
import type { RunRecord } from "../../runs/model.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { usageError } from "../failures.ts";
import { withRuns } from "../session.ts";
import { countOf } from "../words.ts";

interface Options {
  permanently?: boolean;
  yes?: boolean;
}

export async function run(context: Context, names: string[], options: Options): Promise<number> {
  return withRuns(context, async (home) => {
    const records = await findRuns(home.store, names, options.permanently ? { trash: "in" } : {});
    const bytes = records.reduce((sum, record) => sum + runSize(record), 0);
    if (options.permanently && !(await mayRemove(context, records, bytes, options))) return EXIT.failed;
    for (const record of records) await (options.permanently ? removeRun(home, record) : trashRun(home, record));
    const deleted = records.map(({ id, name }) => ({ id, name }));
    if (context.json) printJson(context, { deleted, permanently: options.permanently ?? false, bytes });
    else context.out.line(doneText(records, bytes, options));
    return EXIT.done;
  });
}

function doneText(records: RunRecord[], bytes: number, options: Options): string {
  const runs = countOf(records.length, "{0} run", "{0} runs");
  if (options.permanently) return t("Removed {0} for good, {1}.", runs, formatFileSize(bytes));
  return t(
    "Moved {0} to the trash, {1}. Take back with: tuning-fork restore {2}",
    runs,
    formatFileSize(bytes),
    records.map(({ id }) => id).join(" "),
  );
}

async function mayRemove(context: Context, records: RunRecord[], bytes: number, options: Options): Promise<boolean> {
  if (options.yes) return true;
  const what = t(
    "{0}, {1}: {2}",
    countOf(records.length, "{0} run", "{0} runs"),
    formatFileSize(bytes),
    records.map(({ name }) => name).join(", "),
  );
  if (!process.stdin.isTTY || context.json) {
    throw usageError(t("Removing for good needs --yes here ({0}).", what));
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(t("Remove for good {0}? This cannot be undone. [y/N] ", what));
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}
