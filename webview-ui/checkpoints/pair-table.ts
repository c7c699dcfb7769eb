/** The columns of the table of pairs, what a row unfolds to, and its CSV. */
import { html, nothing, type TemplateResult } from "lit";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { GridColumn } from "../samples/row-grid.ts";
import { predictionCell, shareBars } from "../samples/row-parts.ts";
import { compareText, toCsv } from "../samples/sample-rows.ts";
import { icon } from "../shared/icon.ts";
import type { Pair } from "./pairs.ts";

export interface PairPlaces {
  /** Where the row stands, in words. */
  placeOf: (pair: Pair) => string;
  /** Opens it. */
  jump: (pair: Pair) => void;
}

export function pairColumns(places: PairPlaces): GridColumn<Pair>[] {
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
      label: t("text"),
      width: "minmax(90px, 1fr)",
      compare: (one, two) => compareText(one.a.text, two.a.text),
      cell: ({ a }) => html`<span title=${a.text}>${a.text}</span>`,
    },
    {
      id: "label",
      label: t("label"),
      width: "minmax(48px, 64px)",
      compare: (one, two) => compareText(one.a.label, two.a.label),
      cell: ({ a }) => html`<span title=${a.label ?? ""}>${a.label ?? ""}</span>`,
    },
    {
      id: "a",
      label: sideHead("A"),
      width: "minmax(120px, 148px)",
      compare: probability("a"),
      cell: ({ a }) => predictionCell(a),
    },
    {
      id: "b",
      label: sideHead("B"),
      width: "minmax(120px, 148px)",
      compare: probability("b"),
      cell: ({ b }) => predictionCell(b),
    },
    {
      id: "go",
      label: html`<span class="hidden-text">${t("Data row")}</span>`,
      width: "22px",
      cell: (pair) => jumpButton(pair, places),
    },
  ];
}

const sideHead = (letter: "A" | "B"): TemplateResult =>
  html`<span class="letter ${letter.toLowerCase()}">${letter}</span> ${t("prediction")}`;

function jumpButton(pair: Pair, { placeOf, jump }: PairPlaces): TemplateResult | typeof nothing {
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

export function pairDetails(pair: Pair, { placeOf, jump }: PairPlaces): TemplateResult {
  return html`<div class="unfolded">
    <div class="text">
      <span class="quiet title">${t("Text")}</span>
      <p>${pair.a.text}</p>
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
