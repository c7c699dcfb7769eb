/** The columns of the table of pairs, what a row unfolds to, and its CSV. */
import { html, nothing, type TemplateResult } from "lit";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { GridColumn } from "../samples/row-grid.ts";
import { columnWord, predictionCell, shareBars, textTitle, wholeTexts } from "../samples/row-parts.ts";
import { compareText, toCsv, type Samples } from "../samples/sample-rows.ts";
import { icon } from "../shared/icon.ts";
import type { Pair } from "./pairs.ts";

/** What pairs are shown by: the columns of their tables, and who predicted. */
export interface PairLook extends Pick<Samples, "names" | "labels"> {
  /** The letter of a side. */
  letterOf: (side: "a" | "b") => TemplateResult;
  /** Where the row stands, in words. */
  placeOf: (pair: Pair) => string;
  /** Opens it. */
  jump: (pair: Pair) => void;
}

export function pairColumns(look: PairLook): GridColumn<Pair>[] {
  const { names, labels } = look;
  // Names of classes are short; spans, other texts and what was written are not.
  const isNarrow = labels.length > 0;
  const width = isNarrow ? "minmax(120px, 148px)" : "minmax(100px, 1.2fr)";
  const probability = (side: "a" | "b") => (one: Pair, two: Pair) =>
    (one[side].probability ?? 0) - (two[side].probability ?? 0);
  return [
    {
      id: "row",
      label: t("row"),
      width: "44px",
      isEnd: true,
      // Pairs come in the order of the data.
      compare: () => 0,
      cell: ({ a }) => html`<span class="quiet">${formatCount(a.row)}</span>`,
    },
    {
      id: "text",
      label: columnWord(names.text),
      width: "minmax(90px, 1fr)",
      compare: (one, two) => compareText(one.a.text, two.a.text),
      cell: ({ a }) => html`<span title=${a.text}>${a.text}</span>`,
    },
    {
      id: "label",
      label: columnWord(names.label),
      width: isNarrow ? "minmax(48px, 64px)" : "minmax(60px, 1fr)",
      compare: (one, two) => compareText(one.a.label, two.a.label),
      cell: ({ a }) => html`<span title=${a.label ?? ""}>${a.label ?? ""}</span>`,
    },
    {
      id: "a",
      label: sideHead("a", look),
      width,
      compare: probability("a"),
      cell: ({ a }) => predictionCell(a),
    },
    {
      id: "b",
      label: sideHead("b", look),
      width,
      compare: probability("b"),
      cell: ({ b }) => predictionCell(b),
    },
    {
      id: "go",
      label: html`<span class="hidden-text">${t("Data row")}</span>`,
      width: "22px",
      cell: (pair) => jumpButton(pair, look),
    },
  ];
}

const sideHead = (side: "a" | "b", { letterOf, names }: PairLook): TemplateResult =>
  html`${letterOf(side)} ${columnWord(names.prediction)}`;

function jumpButton(pair: Pair, { placeOf, jump }: PairLook): TemplateResult | typeof nothing {
  if (pair.a.row === null) return nothing;
  const label = t("Open {0}", placeOf(pair));
  return html`<button
    class="icon-button small"
    tabindex="-1"
    title=${label}
    aria-label=${label}
    @click=${() => jump(pair)}
  >
    ${icon("go-to-file")}
  </button>`;
}

export function pairDetails(pair: Pair, look: PairLook): TemplateResult {
  const { names, labels, placeOf, jump } = look;
  // What the columns of a classification show whole is not said again.
  const long: [string | TemplateResult, string | null][] =
    labels.length > 0
      ? []
      : [
          [columnWord(names.label), pair.a.label],
          [sideHead("a", look), pair.a.prediction],
          [sideHead("b", look), pair.b.prediction],
        ];
  return html`<div class="unfolded">
    <div class="text">
      ${wholeTexts([[textTitle(names.text), pair.a.text], ...long])}
      ${
        pair.a.row === null
          ? nothing
          : html`<button class="link place" @click=${() => jump(pair)}>${icon("go-to-file")}${placeOf(pair)}</button>`
      }
    </div>
    ${shareBars([pair.a, pair.b])}
  </div>`;
}

export const pairsCsv = (pairs: readonly Pair[]): string =>
  toCsv(
    ["file", "row", "text", "label", "a_prediction", "a_probability", "b_prediction", "b_probability", "kind"],
    pairs.map(({ a, b, kind }) => [
      a.file,
      a.row,
      a.text,
      a.label,
      a.prediction,
      a.probability,
      b.prediction,
      b.probability,
      kind,
    ]),
  );
