import { formatCount, formatPercent } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { ModelFacts } from "../../facts/facts.ts";
import { unchecked, type Check } from "../check.ts";
import { isPacked } from "../files/plan.ts";
import { lengthInForce, rowTokens, type RowTokens } from "./lengths.ts";

const PATH = ["data", "max_length"];

/** Share of rows that may be cut without a word. */
const MOST = 0.01;

/** C22, counted with the model's own tokenizer. */
export const c22Exact: Check = {
  id: "C22",
  severity: "warning",
  title: "rows that are cut at `data.max_length`, counted with the model's tokenizer",
  why: "What is cut off is never seen in training: the end of a text, or the answer itself.",
  async run(context) {
    const model = await context.facts.model();
    // Without a tokenizer that counts, lengths are reckoned from characters when the data is looked at.
    if (!model.known || !model.facts.tokenizer?.canCount || isPacked(context.config)) return [];
    const data = await context.facts.data();
    // What is wrong with the data itself is told by the check of that.
    if (!data.known) return data.problem ? [] : unchecked(data.reason);
    const rows = await rowTokens(data.facts, model.facts, context.signal);
    if ("unchecked" in rows) return rows;
    const limit = lengthInForce(context, model.facts);
    const cut = rows.filter(({ total }) => total > limit).length;
    if (cut === 0 || cut < MOST * rows.length) return [];
    const longest = rows.reduce((most, { total }) => Math.max(most, total), 0);
    const share = formatPercent(cut / rows.length);
    const message = t(
      "{0} of {1} sampled rows ({2}) are longer than `data.max_length` of {3} tokens and are cut; the longest has {4}.",
      formatCount(cut),
      formatCount(rows.length),
      share,
      limit,
      formatCount(longest),
    );
    return [warning("C22", PATH, message, { fixes: longerText(rows, limit, model.facts) })];
  },
};

/** The length that holds 99 % of the rows, a multiple of 8 as GPUs like it, where the model takes it. */
function longerText(rows: readonly RowTokens[], limit: number, { positions, hasFlexiblePositions }: ModelFacts): Fix[] {
  const totals = rows.map(({ total }) => total).toSorted((a, b) => a - b);
  const index = Math.min(totals.length - 1, Math.floor(totals.length * (1 - MOST)));
  const wanted = Math.ceil(totals[index]! / 8) * 8;
  const most = positions !== null && !hasFlexiblePositions ? positions : Infinity;
  const value = totals[index]! <= most ? Math.min(wanted, most) : Infinity;
  if (!Number.isFinite(value) || value <= limit) return [];
  const title = t("Write {0}, which holds 99 % of the rows", value);
  return [{ title, safe: false, edits: [{ kind: "set", path: PATH, value }] }];
}
