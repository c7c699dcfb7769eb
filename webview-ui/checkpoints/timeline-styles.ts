import { css } from "lit";

export const timelineStyles = css`
  :host {
    display: block;
    position: relative;
    height: 128px;
  }
  .box {
    position: absolute;
    inset: 0;
    border: 1px solid var(--vscode-panel-border);
    border-radius: 4px;
    cursor: pointer;
  }
  svg {
    position: absolute;
    inset: 0;
    display: block;
  }
  .grid,
  .epoch {
    stroke: color-mix(in srgb, var(--vscode-foreground) 12%, transparent);
  }
  .epoch {
    stroke: color-mix(in srgb, var(--vscode-foreground) 22%, transparent);
  }
  .axis {
    stroke: color-mix(in srgb, var(--vscode-foreground) 30%, transparent);
  }
  text {
    font-family: inherit;
    fill: var(--vscode-foreground);
    font-size: 11px;
  }
  .tick {
    fill: var(--vscode-descriptionForeground);
    font-size: 10px;
  }
  .line {
    fill: none;
    stroke-width: 1.6;
    stroke-linejoin: round;
  }
  .pruned {
    fill: var(--vscode-editor-background);
    stroke-width: 1.3;
  }
  .ring {
    fill: none;
    stroke: var(--vscode-foreground);
    stroke-width: 1.6;
  }
  .abandoned {
    opacity: 0.3;
  }
  .badge-box.a {
    fill: var(--vscode-foreground);
  }
  .badge-box.b {
    fill: color-mix(in srgb, var(--vscode-foreground) 62%, var(--vscode-editor-background));
  }
  .letter {
    font-weight: 600;
    font-size: 10px;
    fill: var(--vscode-editor-background);
  }
  .label {
    fill: var(--vscode-descriptionForeground);
  }
  .label.best {
    fill: var(--vscode-foreground);
    font-weight: 600;
  }
  .star {
    fill: var(--vscode-charts-yellow);
  }
  .tooltip {
    position: absolute;
    bottom: 26px;
    z-index: 2;
    padding: 3px 8px;
    font-size: 11px;
    white-space: nowrap;
    pointer-events: none;
    color: var(--vscode-editorHoverWidget-foreground);
    background: var(--vscode-editorHoverWidget-background);
    border: 1px solid var(--vscode-editorHoverWidget-border);
    border-radius: 4px;
    box-shadow: 0 2px 8px var(--vscode-widget-shadow);
  }
  :host-context(body.vscode-high-contrast) .line {
    stroke-width: 2;
  }
  :host-context(body.vscode-high-contrast) .box {
    border-color: var(--vscode-contrastBorder);
  }
`;
