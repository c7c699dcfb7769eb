/** The box beside the line under the pointer. */
import { css, html, nothing, type TemplateResult } from "lit";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { slotColor, slotStyle } from "../shared/slots.ts";
import type { Curves } from "./curves.ts";
import type { ChartGroup } from "./group.ts";
import type { ChartLine } from "./model.ts";
import type { Reading } from "./readings.ts";
import type { Scene } from "./scene.ts";
import { formatDifference, formatValue, formatX, placeOf, stepWords } from "./words.ts";

export interface TooltipParts {
  scene: Scene;
  readings: readonly Reading[];
  x: number;
  group: ChartGroup;
  curves: Curves;
  /** The run of the line under the pointer. */
  near: string | undefined;
}

/** Rows a tooltip has room for; the rest is counted. */
const MOST_ROWS = 12;

export function tooltip(parts: TooltipParts): TemplateResult {
  const { scene, readings } = parts;
  return scene.lines.filter(({ line }) => !line.isBackground).length === 1 && readings[0]
    ? single(parts, readings[0])
    : many(parts);
}

function single({ scene, group, curves }: TooltipParts, reading: Reading): TemplateResult {
  const { line } = reading.line;
  const { unit, metric } = scene.spec;
  const isSmoothed = reading.line.shown !== reading.line.mean && Number.isFinite(reading.raw);
  return html`<div class="value">
      <span class="dot" style="background:${slotColor(line.slot)}"></span
      ><b>${formatValue(reading.value, unit, metric)}</b>
      ${isSmoothed ? html`<span class="quiet">${t("raw {0}", formatValue(reading.raw, unit, metric))}</span>` : nothing}
    </div>
    <div class="quiet">${placeOf(reading, group.runs.get(line.run), curves.clock(line.run))}</div>`;
}

function many({ scene, readings, x, group, near }: TooltipParts): TemplateResult {
  const { unit, metric, baseline } = scene.spec;
  const isDifference = group.difference !== undefined;
  const base = readings.find(({ line }) => line.line.key === baseline);
  const sorted = [...readings].sort((a, b) => rank(b.value) - rank(a.value));
  const rows = sorted.slice(0, MOST_ROWS);
  return html`<div class="quiet">${headOf(x, readings, group)}</div>
    <table>
      ${rows.map(
        ({ line: { line }, value }) =>
          html`<tr class=${line.run === near || line.run === group.hovered ? "near" : ""}>
            <td>${swatch(line)}</td>
            <td class="label">${line.letter ?? line.label}</td>
            <td class="number">${formatValue(value, unit, metric)}</td>
            ${
              base && !isDifference
                ? html`<td class="number quiet">
                    ${line.key === baseline ? t("base") : formatDifference(value, base.value, unit, metric)}
                  </td>`
                : nothing
            }
          </tr>`,
      )}
    </table>
    ${sorted.length > MOST_ROWS ? html`<div class="quiet">${t("{0} more", formatCount(sorted.length - MOST_ROWS))}</div>` : nothing}`;
}

const rank = (value: number): number => (Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY);

/** The step all curves are read at, with its epoch; where axes differ, the place on the axis. */
function headOf(x: number, readings: readonly Reading[], group: ChartGroup): string {
  const [first] = readings;
  if (!first || group.axis === "clock" || group.axis === "relative") return formatX(group.axis, x);
  if (first.line.line.kind === "system") return formatX(group.axis, x);
  const epochs = readings.map(({ line }) => group.runs.get(line.line.run)?.stepsPerEpoch ?? null);
  const steps = stepWords(first);
  const perEpoch = epochs.every((one) => one === epochs[0]) ? epochs[0] : null;
  return perEpoch ? t("{0} · {1}", steps, formatX("epoch", first.step / perEpoch)) : steps;
}

/** A short piece of a line as it is drawn. */
export function swatch(line: Pick<ChartLine, "slot">): TemplateResult {
  const { color, dash } = slotStyle(line.slot);
  return html`<svg class="swatch" width="18" height="8" aria-hidden="true">
    <line x1="0" y1="4" x2="18" y2="4" style="stroke:${color}" stroke-width="2" stroke-dasharray=${dash.join(" ")} />
  </svg>`;
}

export const tooltipStyles = css`
  .tooltip {
    position: absolute;
    z-index: 3;
    pointer-events: none;
    min-width: 96px;
    max-width: 320px;
    padding: 4px 8px;
    font-size: 11px;
    line-height: 16px;
    white-space: nowrap;
    color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
    background: var(--vscode-editorHoverWidget-background);
    border: 1px solid var(--vscode-editorHoverWidget-border, var(--vscode-contrastBorder));
    border-radius: 4px;
    box-shadow: 0 2px 8px var(--vscode-widget-shadow);
  }
  .tooltip .mark {
    white-space: normal;
    width: max-content;
    max-width: 280px;
  }
  .tooltip .value {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .tooltip .dot {
    width: 8px;
    height: 8px;
    border-radius: 50%;
  }
  .tooltip table {
    border-spacing: 0;
  }
  .tooltip td {
    padding: 0 8px 0 0;
  }
  .tooltip td:last-child {
    padding-right: 0;
  }
  .tooltip .label {
    max-width: 160px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .tooltip .number {
    text-align: right;
  }
  .tooltip .near {
    font-weight: 600;
  }
  .tooltip .swatch {
    display: block;
  }
`;
