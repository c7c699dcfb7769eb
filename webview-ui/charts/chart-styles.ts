import { css } from "lit";

/** Frame, title row and plot of a chart. `--chart-height` sets the height (default 166 px). */
export const chartStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    position: relative;
    min-width: 0;
    height: var(--chart-height, 166px);
    padding: 4px 0 2px;
    border: 1px solid var(--vscode-panel-border);
    border-radius: 4px;
    contain: layout;
  }
  /* Its tooltip and its menu lie over the charts beside it. */
  :host(:hover),
  :host(:focus-within) {
    z-index: 1;
  }
  :host([full]) {
    position: fixed;
    inset: 8px;
    width: auto;
    height: auto;
    margin: 0;
    color: var(--vscode-foreground);
    background: var(--vscode-editor-background);
    box-shadow: 0 2px 8px var(--vscode-widget-shadow);
  }
  .title {
    display: flex;
    flex: none;
    align-items: center;
    gap: 6px;
    height: 20px;
    padding: 0 8px;
    font-size: 12px;
  }
  .name {
    flex: 0 1 auto;
  }
  .title .quiet {
    flex: 0 2 auto;
    font-size: 11px;
  }
  .log {
    flex: none;
    height: 22px;
    padding: 0;
    font-size: 10px;
    line-height: 14px;
  }
  .log span {
    display: block;
    padding: 0 5px;
    border: 1px solid var(--vscode-inputOption-activeBorder);
    border-radius: 3px;
    color: var(--vscode-inputOption-activeForeground);
    background: var(--vscode-inputOption-activeBackground);
  }
  .best {
    display: inline-flex;
    flex: none;
    align-items: center;
    gap: 2px;
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
  }
  .best .icon {
    width: 14px;
    font-size: 14px;
    color: var(--vscode-charts-yellow);
  }
  .spring {
    flex: 1;
  }
  .current {
    flex: none;
  }
  /* Right-click, the key E and these buttons open the same menu; it takes no room in small charts until it is wanted. */
  tf-menu-button {
    flex: none;
    height: 22px;
    align-items: center;
  }
  :host(:not(:hover, :focus-within, [wide], [full])) tf-menu-button {
    width: 0;
    margin-left: -6px;
    overflow: hidden;
    opacity: 0;
  }
  .plot {
    position: relative;
    flex: 1;
    min-height: 0;
    touch-action: pan-y;
  }
  .plot:focus-visible {
    outline-offset: -2px;
  }
  canvas {
    position: absolute;
    inset: 0;
    display: block;
  }
  .over {
    pointer-events: none;
  }
  .notice {
    position: absolute;
    inset: 0 8px 18px 40px;
    display: flex;
    flex-wrap: wrap;
    gap: 0 8px;
    align-items: center;
    align-content: center;
    justify-content: center;
    text-align: center;
    font-size: 12px;
  }
  /* Grey bars in place of the curve, not before 200 ms. */
  .bars {
    position: absolute;
    inset: 20% 16px 30% 48px;
    border-radius: 4px;
    background: var(--vscode-foreground);
    opacity: 0;
    animation: appear 0s 200ms forwards;
  }
  @keyframes appear {
    to {
      opacity: 0.06;
    }
  }
  /* What is waited for, after 5 s. */
  .late {
    visibility: hidden;
    animation: late 0s 5s forwards;
  }
  @keyframes late {
    to {
      visibility: visible;
    }
  }
`;
