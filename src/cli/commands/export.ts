import { resolve } from "node:path";
import { formatFileSize } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { exportRun, writeExport, type ExportFormat } from "../../runs/export.ts";
import { findRun } from "../../runs/find.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { usageError } from "../failures.ts";
import { withRuns } from "../session.ts";

interface Options {
  format: ExportFormat;
  out?: string;
  force?: boolean;
}

export async function run(context: Context, [name = ""]: string[], options: Options): Promise<number> {
  if (options.out === "-" && context.json) throw usageError(t("With --json the export needs a file: --out <file>."));
  return withRuns(context, async ({ store }) => {
    const record = await findRun(store, name);
    const pieces = exportRun(store, record, options.format);
    if (options.out === "-") {
      for await (const piece of pieces) context.out.write(piece);
      return EXIT.done;
    }
    // A name may hold anything; what no file system likes becomes a dash.
    const preset = `${record.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}.${options.format}`;
    const file = resolve(context.where.cwd, options.out ?? preset);
    const bytes = await writeExport(file, pieces, options.force ?? false);
    if (context.json) printJson(context, { id: record.id, file, format: options.format, bytes });
    else context.out.line(t("Wrote {0}, {1}.", file, formatFileSize(bytes)));
    return EXIT.done;
  });
}
