import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { columnFor, listedColumns, usualFor } from "../columns.ts";
import { jsonText, shownPath } from "../complaint.ts";
import type { DataRow } from "../types.ts";
import { joinedText, lastTurn, messagesOf } from "./chat.ts";
import type { Columns, NamedColumns, RowReader } from "./reader.ts";

/** Rows with an answer that was chosen and one that was rejected, with or without a prompt of their own. */
export function preferenceReader({ columns, file }: Columns, named: NamedColumns): RowReader {
  const lacking = (["chosen", "rejected"] as const).filter(
    (role) => named[role] === undefined && usualFor(role, columns) === undefined,
  );
  if (lacking.length > 0) {
    throw new UserError(
      "data-preference-missing",
      t(
        "{0} lacks these columns: {1}. Its columns are {2}.",
        shownPath(file),
        lacking.join(", "),
        listedColumns(columns),
      ),
      {
        file,
        line: 1,
        advice: t("Name the preferred and the other answer in `data.columns.chosen` and `data.columns.rejected`."),
      },
    );
  }
  const chosen = columnFor("chosen", named.chosen, columns, file);
  const rejected = columnFor("rejected", named.rejected, columns, file);
  const prompt =
    named.prompt === undefined ? usualFor("prompt", columns) : columnFor("prompt", named.prompt, columns, file);
  return {
    roles: { ...(prompt === undefined ? {} : { prompt }), chosen, rejected },
    columns: [...(prompt === undefined ? [] : [prompt]), chosen, rejected],
    shape: "preference",
    read(row, { quality }) {
      const [better, worse] = [answerIn(row, chosen), answerIn(row, rejected)];
      const { file: at, row: number } = row;
      if (better === undefined || worse === undefined) {
        quality.preference.missing++;
        quality.first.missing ??= { file: at, row: number };
      } else if (better.whole === worse.whole) {
        quality.preference.identical++;
        quality.first.identical ??= { file: at, row: number };
      }
      const asked = prompt === undefined ? undefined : answerIn(row, prompt)?.whole;
      return { text: asked ?? better?.before ?? "", answer: better?.answer ?? "", mayBeEmpty: "both" };
    },
  };
}

/** An answer as a text, or as a conversation whose last answer it is; undefined when there is none. */
function answerIn(row: DataRow, column: string): { whole: string; before: string; answer: string } | undefined {
  const value = row.values[column];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) {
    const whole = typeof value === "string" ? value : jsonText(value);
    return whole.trim() === "" ? undefined : { whole, before: "", answer: whole };
  }
  const messages = messagesOf(value, row, column);
  const { text, answer } = lastTurn(messages);
  const whole = joinedText(messages);
  return whole.trim() === "" ? undefined : { whole, before: text, answer };
}
