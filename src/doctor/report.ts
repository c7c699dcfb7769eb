import { t } from "../base/l10n.ts";
import type { HealthFinding } from "./finding.ts";

const MARKS = { ok: "✓", information: "·", warning: "!", error: "✕" } as const;

/** A report as Markdown, and where in it something can be mended. */
export interface Report {
  text: string;
  /** 0-based lines with the command that stands there. */
  fixes: { line: number; command: string }[];
}

/** Whether runs can start. */
export const isWell = (findings: readonly HealthFinding[]): boolean => findings.every(({ level }) => level !== "error");

/** The conclusion in a sentence. */
export const conclusion = (findings: readonly HealthFinding[]): string =>
  isWell(findings) ? t("Runs can start here.") : t("Runs cannot start here: see the errors above.");

/** What was found as a document: what is wrong first, each with the question, the answer and the way out. */
export function reportOf(findings: readonly HealthFinding[], subject: string): Report {
  const lines: string[] = [`# ${subject}`, "", conclusion(findings), ""];
  const fixes: Report["fixes"] = [];
  const order = ["error", "warning", "information", "ok"];
  for (const one of findings.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))) {
    lines.push(`## ${MARKS[one.level]} ${one.title}`, "", ...one.detail.split("\n"), "");
    if (one.fix !== null) {
      lines.push(t("To mend it:"), "");
      fixes.push({ line: lines.length, command: one.fix });
      lines.push(`    ${one.fix}`, "");
    }
    if (one.command !== null) lines.push(t("Asked:"), "", `    ${one.command}`, ...answerLines(one), "");
  }
  return { text: `${lines.join("\n").trimEnd()}\n`, fixes };
}

const answerLines = ({ answer }: HealthFinding): string[] => (answer ? [`    → ${answer}`] : []);
