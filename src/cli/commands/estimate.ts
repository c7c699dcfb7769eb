import { resolve } from "node:path";
import { t } from "../../base/l10n.ts";
import { estimateLines } from "../../config/estimate/lines.ts";
import { estimateText } from "../../config/estimate/of-text.ts";
import { readConfigFile } from "../../config/validate.ts";
import { recordedRunsIn } from "../../runs/recorded-peaks.ts";
import { storeRootFor } from "../../runs/workspace.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { tableLines } from "../table.ts";
import { printable } from "../terminal.ts";

interface Options {
  set: string[];
}

/** Prints what a run of a config will take, and how less GPU memory would do. */
export async function run(context: Context, [name = ""]: string[], { set: overrides }: Options): Promise<number> {
  const file = resolve(context.where.cwd, name);
  const source = readConfigFile(file);
  const { estimate, free, remedies } = await estimateText(source, file, {
    overrides,
    env: process.env,
    history: await recordedRunsIn(storeRootFor(file, context.where)),
  });
  if (context.json) {
    const ways = remedies.map(({ fix, peakBytes, fits }) => ({ title: fix.title, peakBytes, fits }));
    printJson(context, { file, estimate, free, remedies: ways });
    return EXIT.done;
  }
  const { colours } = context.out;
  const rows = estimateLines(estimate, free).map(({ title, value, detail = "" }) => [
    title,
    printable(value),
    colours.dim(printable(detail)),
  ]);
  const columns = [{ title: "" }, { title: "" }, { title: "" }];
  for (const line of tableLines(columns, rows).slice(1)) context.out.line(line);
  if (remedies.length === 0) return EXIT.done;
  context.out.line("");
  context.out.line(t("To need less GPU memory:"));
  for (const { fix, fits } of remedies) {
    context.out.line(`  ${fits ? colours.green("✓") : colours.dim("–")} ${fix.title}`);
  }
  return EXIT.done;
}
