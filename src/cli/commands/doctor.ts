import { t } from "../../base/l10n.ts";
import { configToExamine } from "../../doctor/config.ts";
import { examine } from "../../doctor/examine.ts";
import type { HealthFinding } from "../../doctor/finding.ts";
import { conclusion, isWell } from "../../doctor/report.ts";
import { storeRoot, storeRootFor } from "../../runs/workspace.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { tableLines } from "../table.ts";
import { printable, type Colours } from "../terminal.ts";

export async function run(context: Context, [path]: string[]): Promise<number> {
  const config = path === undefined ? undefined : configToExamine(path);
  const root = path === undefined ? storeRoot(context.where) : storeRootFor(path, context.where);
  const findings = await examine({ root, env: process.env, config });
  const ok = isWell(findings);
  if (context.json) printJson(context, { ok, findings });
  else print(context, findings);
  return ok ? EXIT.done : EXIT.failed;
}

function print({ out }: Context, findings: readonly HealthFinding[]): void {
  const { colours } = out;
  const rows = findings.map(({ level, title, detail }) => [levelText(level, colours), title, printable(detail)]);
  const [, ...lines] = tableLines([{ title: "" }, { title: "" }, { title: "" }], rows);
  for (const [at, line] of lines.entries()) {
    out.line(line);
    for (const note of notesOf(findings[at]!, colours)) out.line(`    ${note}`);
  }
  out.line(conclusion(findings));
}

/** What was asked and answered, and what mends it. */
function notesOf({ command, answer, fix }: HealthFinding, colours: Colours): string[] {
  return [
    ...(command === null ? [] : [colours.dim(`$ ${printable(command)}`)]),
    ...(answer ? [colours.dim(`→ ${printable(answer)}`)] : []),
    ...(fix === null ? [] : [t("To mend it: {0}", printable(fix))]),
  ];
}

function levelText(level: HealthFinding["level"], colours: Colours): string {
  switch (level) {
    case "ok":
      return colours.green(t("ok"));
    case "information":
      return colours.dim(t("info"));
    case "warning":
      return colours.yellow(t("warning"));
    case "error":
      return colours.red(t("error"));
  }
}
