import { t } from "../../../base/l10n.ts";
import { ALL_CHECKS } from "../../checks/index.ts";
import { toldCheck } from "../../checks/told.ts";
import type { Cursor } from "../cursor/index.ts";
import type { Completion } from "../types.ts";
import { sortTextOf } from "./choice.ts";

type Comment = Extract<Cursor, { kind: "comment" }>;

/** In a comment: how a check is silenced, and the ids of the checks. */
export function commentItems(cursor: Comment, offset: number): Completion[] {
  const ids = /^#+\s*tuning-fork:\s*ignore\s+(?:C\d\d(?:[\s,]|and\b)+)*(\w*)$/i.exec(cursor.text);
  if (ids) return checkItems(offset - ids[1]!.length, offset);
  const opening = /^#+\s*([\w:-]*(?: \w*)?)$/.exec(cursor.text);
  if (!opening || !"tuning-fork: ignore".startsWith(opening[1]!.toLowerCase())) return [];
  return [
    {
      label: "tuning-fork: ignore",
      kind: "check",
      detail: t("silence a check, with the reason"),
      insertText: "tuning-fork: ignore ${1:C34} because $0",
      isSnippet: true,
      span: { start: offset - opening[1]!.length, end: offset },
      sortText: sortTextOf(0),
      asksAgain: true,
    },
  ];
}

/** Each check once; its parts on other tiers have the same id. */
function checkItems(start: number, end: number): Completion[] {
  const ids = [...new Set(ALL_CHECKS.map(({ id }) => id))].toSorted();
  return ids.map((id, index) => {
    const { titles = [], whys = [] } = toldCheck(id) ?? {};
    return {
      label: id,
      kind: "check",
      detail: titles[0] ?? "",
      documentation: whys.join("\n\n"),
      insertText: id,
      isSnippet: false,
      span: { start, end },
      sortText: sortTextOf(index),
      asksAgain: false,
    };
  });
}
