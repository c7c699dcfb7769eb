import { css } from "lit";

/** Toolbar, switch and tables of the tabs that show what a run was made from. */
export const tabStyles = css`
  :host {
    display: block;
    padding-bottom: 16px;
    font-size: 12px;
  }
  .toolbar {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 4px 12px;
    min-height: 38px;
    padding: 4px 16px;
  }
  .toolbar .field {
    flex: 0 1 240px;
  }
  .spacer {
    flex: 1;
  }
  .mono {
    font-family: var(--vscode-editor-font-family, monospace);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    table-layout: fixed;
    text-align: left;
  }
  th {
    font-weight: 400;
  }
  th,
  td {
    height: 24px;
    padding: 0 8px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  th:first-child,
  td:first-child {
    padding-left: 16px;
  }
  thead th {
    position: sticky;
    top: 0;
    z-index: 1;
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
    background: var(--vscode-editor-background);
    box-shadow: inset 0 -1px var(--vscode-panel-border);
  }
  tbody tr:hover {
    background: var(--vscode-list-hoverBackground);
  }
  /* A link's text begins where other text begins. */
  th .link,
  td .link {
    margin-left: -1px;
    max-width: 100%;
  }
  .answer-notice {
    margin: 0;
    padding: 8px 16px;
  }
`;

export const configStyles = css`
  .head {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 30px;
    padding: 0 16px;
    border-bottom: 1px solid var(--vscode-panel-border);
  }
  .head .icon {
    color: var(--vscode-descriptionForeground);
  }
  .head.differs .icon {
    color: var(--vscode-editorWarning-foreground);
  }
  .switch {
    display: inline-flex;
  }
  .switch .button:first-child {
    border-radius: 4px 0 0 4px;
  }
  .switch .button:last-child {
    border-radius: 0 4px 4px 0;
  }
  .toolbar .switch .button[aria-pressed="true"] {
    color: var(--vscode-inputOption-activeForeground);
    background: var(--vscode-inputOption-activeBackground);
    border-color: var(--vscode-contrastActiveBorder, var(--vscode-inputOption-activeBorder));
  }
  .key {
    width: 34%;
  }
  .origin {
    width: 24%;
  }
  .group th {
    height: 30px;
    padding-top: 6px;
    font-weight: 600;
  }
  .group:hover {
    background: none !important;
  }
  .group .quiet {
    font-weight: 400;
    padding-left: 4px;
  }
  tr.differs td:first-child,
  tr.differs th:first-child {
    box-shadow: inset 3px 0 var(--vscode-editorGutter-modifiedBackground, var(--vscode-charts-blue));
  }
  .then {
    color: var(--vscode-descriptionForeground);
  }
  tr:not(.written) .value {
    color: var(--vscode-descriptionForeground);
  }
  .value .now {
    color: var(--vscode-foreground);
  }
  .source {
    margin: 0;
    padding: 0 0 8px;
    overflow-x: auto;
    line-height: 18px;
    color: var(--vscode-editor-foreground);
  }
  .source div {
    display: flex;
    min-height: 18px;
    width: max-content;
    min-width: 100%;
    padding-right: 16px;
    white-space: pre;
  }
  .source .number {
    flex: none;
    width: 56px;
    padding-right: 16px;
    text-align: right;
    color: var(--vscode-descriptionForeground);
    user-select: none;
  }
  .comment {
    color: var(--vscode-descriptionForeground);
  }
`;
