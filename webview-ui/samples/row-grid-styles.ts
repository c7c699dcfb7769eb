import { css } from "lit";

export const rowGridStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    font-size: 12px;
  }
  .scroller {
    flex: 1;
    min-height: 0;
    overflow: auto;
    position: relative;
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 1;
    /* No wider than the rows, whose parts shrink as far as they may. */
    min-width: min-content;
    background: var(--vscode-editor-background);
  }
  .head .row {
    color: var(--vscode-descriptionForeground);
    font-size: 11px;
    cursor: default;
  }
  .head button {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 22px;
  }
  .head button:hover {
    color: var(--vscode-foreground);
  }
  .arrow .icon {
    width: 12px;
    height: 12px;
    font-size: 12px;
  }
  .body {
    position: relative;
  }
  .item {
    position: absolute;
    top: 0;
    left: 0;
    width: 100%;
  }
  .row {
    display: grid;
    grid-template-columns: var(--columns);
    align-items: center;
    column-gap: 12px;
    height: 24px;
    padding: 0 8px 0 11px;
    border-bottom: 1px solid var(--vscode-panel-border);
    cursor: pointer;
  }
  .row > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-width: 0;
  }
  .row .end {
    text-align: right;
    justify-self: end;
  }
  .body .row {
    border-left: 3px solid transparent;
    padding-left: 8px;
  }
  .body .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .body .row.open {
    color: var(--vscode-list-activeSelectionForeground);
    background: var(--vscode-list-activeSelectionBackground);
  }
  .body .row.open .quiet {
    color: inherit;
  }
  .row.fixed {
    border-left-color: var(--vscode-testing-iconPassed);
  }
  .row.broken {
    border-left-color: var(--vscode-testing-iconFailed, var(--vscode-errorForeground));
  }
  .row.wrong {
    border-left-color: var(--vscode-descriptionForeground);
  }
  .details {
    border-bottom: 1px solid var(--vscode-panel-border);
    background: color-mix(in srgb, var(--vscode-list-inactiveSelectionBackground, transparent) 40%, transparent);
  }
  .empty {
    margin: 0;
    padding: 16px 11px;
    font-size: 12px;
  }
  :host-context(body.vscode-high-contrast) .row.open {
    outline: 1px solid var(--vscode-contrastActiveBorder);
    outline-offset: -2px;
  }
  :host-context(body.vscode-high-contrast) .details,
  :host-context(body.vscode-high-contrast) .head .row,
  :host-context(body.vscode-high-contrast) .body .row {
    border-bottom-color: color-mix(in srgb, var(--vscode-contrastBorder) 40%, transparent);
  }
`;
