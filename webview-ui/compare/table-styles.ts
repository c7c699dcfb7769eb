import { css } from "lit";

/** Tables of the compare page: rows of 24 px, the first column stays while the rest scrolls. */
export const tableStyles = css`
  .scroller {
    overflow-x: auto;
  }
  table {
    border-spacing: 0;
    font-size: 12px;
  }
  th,
  td {
    height: 24px;
    padding: 0 6px;
    font-weight: 400;
    text-align: left;
    white-space: nowrap;
    border-bottom: 1px solid color-mix(in srgb, var(--vscode-panel-border) 60%, transparent);
  }
  thead th {
    height: 26px;
    border-top: 1px solid var(--vscode-panel-border);
    border-bottom-color: var(--vscode-panel-border);
  }
  th:first-child {
    position: sticky;
    left: 0;
    z-index: 1;
    background: var(--vscode-editor-background);
  }
  .key {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 11px;
  }
  :host-context(body.vscode-high-contrast) th,
  :host-context(body.vscode-high-contrast) td {
    border-color: var(--vscode-contrastBorder);
  }
`;
