import { css } from "lit";

export const checkpointListStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    font-size: 12px;
  }
  .bar {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: space-between;
    height: 34px;
  }
  h2 {
    margin: 0;
    font-size: 12px;
    font-weight: 600;
  }
  .toggle {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    min-height: 22px;
    padding: 0 4px;
  }
  .toggle[aria-pressed="false"] {
    color: var(--vscode-descriptionForeground);
  }
  .toggle:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .grid {
    overflow: auto;
    min-height: 0;
    flex: 0 1 auto;
  }
  .row {
    display: grid;
    grid-template-columns: 22px 42px minmax(40px, 1fr) repeat(var(--metrics), 58px) 54px;
    align-items: center;
    column-gap: 6px;
    height: 26px;
    padding: 0 4px;
    border-bottom: 1px solid var(--vscode-panel-border);
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 1;
    height: 24px;
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
    background: var(--vscode-editor-background);
  }
  .body {
    cursor: pointer;
  }
  .body:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .row > * {
    white-space: nowrap;
  }
  .end {
    text-align: right;
  }
  .kept .strong {
    font-weight: 600;
  }
  .body.pruned {
    height: 22px;
    color: var(--vscode-descriptionForeground);
  }
  .body.open,
  .unfold {
    background: var(--vscode-list-inactiveSelectionBackground);
  }
  .body.open,
  .body.open.pruned {
    color: var(--vscode-list-inactiveSelectionForeground, var(--vscode-foreground));
    border-bottom-color: transparent;
  }
  .abandoned .strong,
  .abandoned .end {
    opacity: 0.7;
  }
  .diamond {
    display: inline-block;
    width: 16px;
    text-align: center;
  }
  .tags {
    display: flex;
    gap: 4px;
    overflow: hidden;
  }
  .tag {
    display: inline-flex;
    align-items: center;
    gap: 3px;
    height: 16px;
    padding: 0 5px;
    border: 1px solid color-mix(in srgb, var(--vscode-foreground) 25%, transparent);
    border-radius: 3px;
    font-size: 11px;
    line-height: 14px;
    color: var(--vscode-foreground);
  }
  .tag .icon {
    width: 12px;
    height: 12px;
    font-size: 12px;
  }
  .tag.best .icon {
    color: var(--vscode-charts-yellow);
  }
  .tag.faint {
    color: var(--vscode-descriptionForeground);
  }
  .unfold {
    padding: 4px 8px 8px 30px;
    border-bottom: 1px solid var(--vscode-panel-border);
    color: var(--vscode-list-inactiveSelectionForeground, var(--vscode-foreground));
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 8px;
    margin-bottom: 6px;
  }
  .actions.plain {
    gap: 2px 12px;
  }
  .plain-button {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    min-height: 22px;
    padding: 0 2px;
  }
  .plain-button:hover:not([aria-disabled="true"]) {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .plain-button.danger {
    color: var(--vscode-testing-iconFailed, var(--vscode-errorForeground));
  }
  .details {
    margin: 0;
    font-size: 11px;
    line-height: 16px;
    color: color-mix(in srgb, var(--vscode-foreground) 75%, var(--vscode-descriptionForeground));
  }
  .details.warning {
    color: var(--vscode-editorWarning-foreground);
  }
  .evaluations {
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
  }
  .evaluations > li {
    padding: 4px 0;
    border-top: 1px solid color-mix(in srgb, var(--vscode-foreground) 15%, transparent);
  }
  .evaluations .place {
    display: flex;
    align-items: baseline;
    gap: 8px;
  }
  .evaluations .link {
    min-width: 0;
    margin-left: -1px; /* its border */
  }
  .evaluations .place .details {
    flex: none;
    margin-left: auto;
  }
  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
    margin: 0;
    font-size: 11px;
    line-height: 16px;
  }
  .figures > div {
    display: flex;
    gap: 4px;
    white-space: nowrap;
  }
  .figures dt {
    color: color-mix(in srgb, var(--vscode-foreground) 75%, var(--vscode-descriptionForeground));
  }
  .figures dd {
    margin: 0;
    font-weight: 600;
  }
  .note {
    margin: 8px 4px;
    font-size: 11px;
  }
  :host-context(body.vscode-high-contrast) .row,
  :host-context(body.vscode-high-contrast) .unfold {
    border-bottom-color: color-mix(in srgb, var(--vscode-contrastBorder) 40%, transparent);
  }
  :host-context(body.vscode-high-contrast) .body.open {
    outline: 1px solid var(--vscode-contrastActiveBorder);
    outline-offset: -1px;
  }
`;
