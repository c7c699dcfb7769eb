import { html, type TemplateResult } from "lit";
import type { GridKeys } from "../shared/grid-keys.ts";
import { letterBadge } from "./letter.ts";
import type { Comparison } from "./runs.ts";

export interface LetterTable {
  label: string;
  /** What the rows are; for screen readers only, for the eye sees it. */
  corner: string;
  columns: Comparison["columns"];
  keys: GridKeys;
  rows: TemplateResult[];
}

/** A grid with the runs' letters over its columns. */
export function letterTable({ label, corner, columns, keys, rows }: LetterTable): TemplateResult {
  const head = (column: number, content: TemplateResult): TemplateResult =>
    html`<th scope="col" data-row="0" data-column=${column} tabindex=${keys.tabIndex(0, column)}>${content}</th>`;
  return html`<div class="scroller">
    <table role="grid" aria-label=${label} @keydown=${keys.pressed} @focusin=${keys.focused}>
      <thead>
        <tr>
          ${head(0, html`<span class="hidden-text">${corner}</span>`)}
          ${columns.map((run, at) => head(at + 1, letterBadge(run)))}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
