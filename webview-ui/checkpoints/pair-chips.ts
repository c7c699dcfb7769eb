import { html, nothing, type TemplateResult } from "lit";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { PAIR_FILTERS, type PairFilter } from "./pairs.ts";

export interface PairChips {
  counts: Record<PairFilter, number>;
  /** Whether predictions can be right or wrong at all. */
  isJudged: boolean;
  chosen: PairFilter;
  wordOf: (filter: PairFilter) => string;
  choose: (filter: PairFilter) => void;
}

/** Which of two evaluations' rows are shown: a button each with its count. */
export function pairChips({ counts, isJudged, chosen, wordOf, choose }: PairChips): TemplateResult {
  const isPlain = (one: PairFilter): boolean => one === "changed" || one === "all";
  return html`<div class="chips" role="group" aria-label=${t("Which rows")}>
    ${PAIR_FILTERS.filter((one) => isJudged || isPlain(one)).map(
      (one) =>
        html`<button
          class="filter ${one} ${one === chosen ? "on" : ""}"
          aria-pressed=${one === chosen}
          @click=${() => choose(one)}
        >
          ${isPlain(one) ? nothing : html`<span class="edge" aria-hidden="true"></span>`}${wordOf(one)}
          ${formatCount(counts[one])}
        </button>`,
    )}
  </div>`;
}
