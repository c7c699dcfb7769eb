import { t } from "../../../base/l10n.ts";
import { listedColumns } from "../../../data/columns.ts";
import { error, type Finding } from "../../diagnostic.ts";
import type { DataFacts } from "../../facts/facts.ts";
import { code } from "../../schema/words.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { Check } from "../check.ts";
import { dataProblem } from "./problem.ts";

/** C15: the columns are there. */
export const c15: Check = {
  id: "C15",
  severity: "error",
  title: "a column that the data does not have",
  why: "Without its text and label columns a row teaches nothing.",
  async run(context) {
    const problems = await dataProblem("C15", context);
    const data = await context.facts.data();
    return data.known ? unread(context.config, data.facts) : problems;
  },
};

/** Columns that are named, are not there, and that the rows were read without. */
function unread({ task, data }: ResolvedConfig, { columns: { all } }: DataFacts): Finding[] {
  return Object.entries(data.columns).flatMap(([role, name]) => {
    if (name === undefined || all.includes(name)) return [];
    const path = ["data", "columns", role];
    const message = t(
      "The data has no column {0}, and {1} does not read {2}. Its columns are {3}. Remove {2}.",
      code(name),
      code(task),
      code(`columns.${role}`),
      listedColumns(all),
    );
    const edits = [{ kind: "remove", path } as const];
    const fix = { title: t("Remove {0}", code(`data.columns.${role}`)), safe: false, edits };
    return [error("C15", path, message, { fixes: [fix] })];
  });
}
