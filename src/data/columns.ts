import { UserError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { shownPath } from "./complaint.ts";

/** Names a column of each role usually has, the likeliest first; compared without case. */
const USUAL_NAMES = {
  text: ["text", "sentence", "content", "body", "message"],
  label: ["label", "labels", "class", "category", "target"],
} as const;

export type Role = keyof typeof USUAL_NAMES;

/**
 * The column that plays a role: the one the config names, else the first with a usual name.
 * A `UserError` lists the actual columns when there is none.
 */
export function columnFor(role: Role, named: string | undefined, columns: readonly string[], file: string): string {
  if (named !== undefined) {
    if (columns.includes(named)) return named;
    throw missingColumn(role, `has no column ${named}`, nearest(named, columns), columns, file);
  }
  for (const usual of USUAL_NAMES[role]) {
    const found = columns.find((column) => column.toLowerCase() === usual);
    if (found !== undefined) return found;
  }
  const usual = USUAL_NAMES[role].join(", ");
  throw missingColumn(
    role,
    `has no column that is called as ${role} columns usually are (${usual})`,
    undefined,
    columns,
    file,
  );
}

function missingColumn(
  role: Role,
  problem: string,
  near: string | undefined,
  columns: readonly string[],
  file: string,
): UserError {
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return new UserError(
    `data-${role}-column-missing`,
    `${shownPath(file)} ${problem}. Its columns are ${listed(columns)}.${hint}`,
    {
      file,
      line: 1,
      advice: `Set \`data.columns.${role}\` to the column with the ${role === "text" ? "text" : "class"}.`,
    },
  );
}

const SHOWN = 20;

const listed = (columns: readonly string[]): string => {
  const names = columns.slice(0, SHOWN).map((name) => (name === "" ? '""' : name));
  return columns.length > SHOWN ? `${names.join(", ")} and ${columns.length - SHOWN} more` : names.join(", ");
};
