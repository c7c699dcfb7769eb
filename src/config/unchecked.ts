import { t } from "../base/l10n.ts";
import { TIERS, type Tier } from "./checks/check.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import type { SkippedCheck } from "./checks/run.ts";
import { information, type Finding, type Path } from "./diagnostic.ts";

/** Where it stands what could not be looked at: the key that names the data, the model, the machine. */
const PLACES: Readonly<Record<Tier, Path>> = {
  text: ["task"],
  files: ["data", "train"],
  model: ["model", "name_or_path"],
  machine: ["hardware"],
};

/** What was not checked, as information: one for each reason. It has the id of the first check it is about. */
export function uncheckedFindings(skipped: readonly SkippedCheck[]): Finding[] {
  const reasons = new Map<string, Set<string>>();
  for (const { id, reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? new Set()).add(id));
  return [...reasons].map(([reason, unsorted]) => {
    const ids = [...unsorted].toSorted();
    const place = PLACES[tierOf(ids)];
    return information(ids[0]!, place, t("Not checked: {0}, because {1}.", inRanges(ids), reason), "key");
  });
}

/** The tier that most of the checks have their last part in, for that part is what is left out first. */
function tierOf(ids: readonly string[]): Tier {
  const lasts = ids.map((id) => Math.max(0, ...tiersOf(id).map((tier) => TIERS.indexOf(tier))));
  const counts = TIERS.map((_, index) => lasts.filter((last) => last === index).length);
  return TIERS[counts.indexOf(Math.max(...counts))]!;
}

const tiersOf = (id: string): Tier[] => ALL_CHECKS.filter((check) => check.id === id).map(({ tier }) => tier);

/** `C22–C24, C63`: three neighbours or more, as the table of checks has them, are told by the first and the last. */
function inRanges(ids: readonly string[]): string {
  const all = [...new Set(ALL_CHECKS.map(({ id }) => id))].toSorted();
  const groups: string[][] = [];
  for (const id of ids) {
    const group = groups.at(-1);
    const isNext = group !== undefined && all.indexOf(id) === all.indexOf(group.at(-1)!) + 1;
    if (isNext) group.push(id);
    else groups.push([id]);
  }
  return groups.map((group) => (group.length > 2 ? `${group[0]}–${group.at(-1)}` : group.join(", "))).join(", ");
}
