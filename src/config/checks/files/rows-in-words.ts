import { formatCount, formatPercent } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { shownPlace } from "../../../data/complaint.ts";
import type { DataFacts, Known, RowPlace } from "../../facts/facts.ts";
import { unchecked, type CheckContext, type CheckResult } from "../check.ts";

/** Hands data that is known to a check. What keeps it from being known is told by the check it belongs to. */
export async function withData(
  { facts }: Pick<CheckContext, "facts">,
  judge: (data: DataFacts) => CheckResult | Promise<CheckResult>,
): Promise<CheckResult> {
  const data: Known<DataFacts> = await facts.data();
  return data.known ? judge(data.facts) : data.problem ? [] : unchecked(data.reason);
}

/** A count that may have been reckoned up from a part: `about 1,200`. */
export const countInWords = (count: number, isEstimate: boolean): string =>
  isEstimate ? t("about {0}", formatCount(count)) : formatCount(count);

/** A share with a decimal where a threshold may be near (below 10 %, above 90 %), two for very small ones. */
export function shareInWords(share: number): string {
  if (share >= 0.1 && share <= 0.9) return formatPercent(share);
  return `${Number((share * 100).toFixed(share < 0.001 ? 2 : 1))} %`;
}

/** The first place a count is about, as a sentence with a space before it; empty when it is not known. */
export const firstPlace = (place: RowPlace | undefined): string =>
  place ? ` ${t("The first is {0}.", shownPlace(place))}` : "";
