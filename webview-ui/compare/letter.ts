import { css, html, type TemplateResult } from "lit";
import { slotColor } from "../shared/slots.ts";
import type { ComparedRun } from "./runs.ts";

const GREY = "var(--vscode-descriptionForeground)";

/** The colour of a run in this view; grey for one of too many unless it is lifted. */
export const runColor = ({ slot, isMuted }: Pick<ComparedRun, "slot" | "isMuted">, isLifted = false): string =>
  isMuted && !isLifted ? GREY : slotColor(slot);

/** Black on bright colours, white on dark ones: by the luminance at which both have the same contrast. */
const INK = (() => {
  const channel = (white: number): string => `clamp(0, (0.179 - y) * 100000, ${white})`;
  return `color(from var(--run) xyz-d65 ${channel(0.9505)} ${channel(1)} ${channel(1.089)})`;
})();

/** A run's letter on its colour, with the run's name for tooltips and screen readers. Stands in other elements' tables too. */
export const letterBadge = (run: ComparedRun, isLifted = false): TemplateResult =>
  html`<span
    class="letter"
    style="--run: ${runColor(run, isLifted)}; background: var(--run); color: ${INK}"
    title=${run.run.name}
    >${run.letter}<span class="hidden-text"> ${run.run.name}</span></span
  >`;

export const letterStyles = css`
  .letter {
    display: inline-block;
    flex: none;
    min-width: 16px;
    height: 16px;
    padding: 0 3px;
    border-radius: 3px;
    font-size: 10px;
    font-weight: 700;
    line-height: 16px;
    text-align: center;
  }
`;
