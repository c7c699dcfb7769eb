import { t } from "../../base/l10n.ts";
import { examine, type HealthFinding } from "../../runs/doctor.ts";
import { storeRoot } from "../../runs/workspace.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { tableLines } from "../table.ts";
import { printable, type Colours } from "../terminal.ts";

export async function run(context: Context): Promise<number> {
  const findings = await examine(storeRoot(context.where), process.env);
  const ok = findings.every(({ level }) => level !== "error");
  if (context.json) printJson(context, { ok, findings });
  else {
    const { colours } = context.out;
    const rows = findings.map(({ level, title, detail }) => [levelText(level, colours), title, printable(detail)]);
    for (const line of tableLines([{ title: "" }, { title: "" }, { title: "" }], rows).slice(1)) context.out.line(line);
    context.out.line(ok ? t("Runs can start here.") : t("Runs cannot start here: see the errors above."));
  }
  return ok ? EXIT.done : EXIT.failed;
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
