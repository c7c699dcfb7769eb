import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { nearest } from "../base/nearest.ts";
import { shownPath } from "./complaint.ts";

/** Names a column of each role usually has, the likeliest first; compared without case. */
const USUAL_NAMES = {
  text: ["text", "sentence", "content", "body", "message"],
  label: ["label", "labels", "class", "category", "target"],
  prompt: ["prompt", "question", "query"],
  completion: ["completion", "response", "answer"],
  messages: ["messages", "conversations", "conversation", "dialog"],
  chosen: ["chosen"],
  rejected: ["rejected"],
  tokens: ["tokens", "words"],
} as const;

export type Role = keyof typeof USUAL_NAMES;

/** What stands in the column of a role, for the advice. */
const CONTENT: Readonly<Record<Role, () => string>> = {
  text: () => t("text"),
  label: () => t("class"),
  prompt: () => t("prompt"),
  completion: () => t("answer"),
  messages: () => t("list of messages"),
  chosen: () => t("preferred answer"),
  rejected: () => t("answer that was not preferred"),
  tokens: () => t("list of tokens"),
};

/**
 * The column that plays a role: the one the config names, else the first with a usual name.
 * A `UserError` lists the actual columns when there is none.
 */
export function columnFor(
  role: Role,
  named: string | undefined,
  columns: readonly string[],
  file: string,
  names: readonly string[] = USUAL_NAMES[role],
): string {
  if (named !== undefined) {
    if (columns.includes(named)) return named;
    const problem = t("{0} has no column {1}.", shownPath(file), named);
    throw missingColumn(role, problem, nearest(named, columns), columns, file);
  }
  const found = usualColumn(names, columns);
  if (found !== undefined) return found;
  const usual = names.join(", ");
  throw missingColumn(
    role,
    t("{0} has no column that is called as {1} columns usually are ({2}).", shownPath(file), role, usual),
    undefined,
    columns,
    file,
  );
}

/** The first column with one of these names, in their order, without regard to case. */
export function usualColumn(names: readonly string[], columns: readonly string[]): string | undefined {
  for (const usual of names) {
    const found = columns.find((column) => column.toLowerCase() === usual);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same by the usual names of a role. */
export const usualFor = (role: Role, columns: readonly string[]): string | undefined =>
  usualColumn(USUAL_NAMES[role], columns);

function missingColumn(
  role: Role,
  problem: string,
  near: string | undefined,
  columns: readonly string[],
  file: string,
): UserError {
  const found = t("Its columns are {0}.", listedColumns(columns));
  const hint = near === undefined ? "" : ` ${t("Did you mean {0}?", near)}`;
  return new UserError(`data-${role}-column-missing`, `${problem} ${found}${hint}`, {
    file,
    line: 1,
    advice: t("Set `data.columns.{0}` to the column with the {1}.", role, CONTENT[role]()),
  });
}

const SHOWN = 20;

/** Column names as messages list them. */
export const listedColumns = (columns: readonly string[]): string => {
  const names = columns.slice(0, SHOWN).map((name) => (name === "" ? '""' : name));
  return columns.length > SHOWN ? t("{0} and {1} more", names.join(", "), columns.length - SHOWN) : names.join(", ");
};
