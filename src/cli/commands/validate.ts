import { resolve } from "node:path";
import { checkAnyFile } from "../../config/check-any.ts";
import type { Tier } from "../../config/checks/check.ts";
import { fixFile } from "../../config/fix-file.ts";
import type { ValidateOptions } from "../../config/validate.ts";
import { recordedRunsIn } from "../../runs/recorded-peaks.ts";
import { storeRootFor } from "../../runs/workspace.ts";
import { reportDocument, tellChecked } from "../checked-file.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { errorDocument, reportFailure } from "../failures.ts";

interface Options {
  fix?: boolean;
  tiers?: Tier[];
}

/** Exit code: 0 when all files are right, 1 when one has errors, 2 when one cannot be read; the highest counts. */
export async function run(context: Context, files: string[], { fix = false, tiers }: Options = {}): Promise<number> {
  let code: number = EXIT.done;
  const documents: unknown[] = [];
  for (const name of files) {
    const file = resolve(context.where.cwd, name);
    try {
      const history = await recordedRunsIn(storeRootFor(file, context.where));
      const options: ValidateOptions = { env: process.env, history, ...(tiers ? { tiers } : {}) };
      const checked = fix ? await fixFile(file, options) : { ...(await checkAnyFile(file, options)), made: [] };
      if (!checked.report.ok) code = Math.max(code, EXIT.failed);
      if (context.json) documents.push({ ...reportDocument(checked.report), ...(fix ? { fixed: checked.made } : {}) });
      else tellChecked(context, checked);
    } catch (error) {
      // Whatever it is, the other files are still told of.
      code = Math.max(code, reportFailure({ ...context, json: false }, error));
      documents.push({ file, ok: false, diagnostics: [], error: errorDocument(error) });
    }
  }
  if (context.json) printJson(context, files.length === 1 ? documents[0] : documents);
  return code;
}
