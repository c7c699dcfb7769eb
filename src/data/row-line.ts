import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { shownPath } from "./complaint.ts";
import { openTable } from "./readers.ts";

/** How far a file is read for a row: opening one must not take minutes. */
const TIMEOUT_MS = 20_000;

/**
 * The line a data row begins at, both 1-based (rows as `DataRow` counts them: a header is none). Texts with line breaks in
 * quotes are counted right. Throws `data-row-no-line` for formats without lines and `data-row-missing` when the file has fewer rows.
 */
export async function lineOfRow(file: string, row: number, signal?: AbortSignal): Promise<number> {
  const table = await openTable(file, "auto");
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let seen = 0;
  for await (const { row: at, line } of table.rows({ signal: either })) {
    seen = at;
    if (at < row) continue;
    if (line !== null) return line;
    throw new UserError(
      "data-row-no-line",
      t("{0} is {1}, which has no lines to show.", shownPath(file), table.format),
      {
        file,
        advice: t("Convert it to CSV or JSON lines to look at single rows."),
      },
    );
  }
  throw new UserError(
    "data-row-missing",
    t("{0} has {1} rows; row {2} is no longer there.", shownPath(file), seen, row),
    {
      file,
      advice: t("The file has changed since the run read it."),
    },
  );
}
