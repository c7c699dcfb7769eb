import { css } from "lit";

export const predictionsStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
    font-size: 12px;
  }
  .bar,
  .tools,
  .foot {
    display: flex;
    flex: none;
    align-items: center;
    gap: 4px 8px;
  }
  .bar {
    height: 34px;
  }
  .tools {
    flex-wrap: wrap;
    justify-content: space-between;
    padding-bottom: 6px;
  }
  .foot {
    justify-content: space-between;
    min-height: 28px;
    font-size: 11px;
  }
  h2 {
    margin: 0;
    font-size: 12px;
    font-weight: 600;
  }
  .fill {
    flex: 1;
  }
  .nowrap,
  .side {
    white-space: nowrap;
  }
  .side {
    display: inline-flex;
    flex: none;
    align-items: center;
    gap: 6px;
  }
  select {
    height: 24px;
    padding: 0 4px;
    font: inherit;
    color: var(--vscode-dropdown-foreground);
    background: var(--vscode-dropdown-background);
    border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
  }
  .letter {
    display: inline-block;
    width: 16px;
    height: 16px;
    border-radius: 3px;
    font-size: 10px;
    font-weight: 600;
    line-height: 16px;
    text-align: center;
    color: var(--vscode-editor-background);
    background: var(--vscode-foreground);
  }
  .letter.b {
    background: color-mix(in srgb, var(--vscode-foreground) 62%, var(--vscode-editor-background));
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .filter {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    height: 22px;
    padding: 0 8px;
    white-space: nowrap;
    border-color: color-mix(in srgb, var(--vscode-foreground) 22%, transparent);
    border-radius: 4px;
  }
  .filter:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .filter.on {
    color: var(--vscode-inputOption-activeForeground);
    background: var(--vscode-inputOption-activeBackground);
    border-color: var(--vscode-inputOption-activeBorder);
  }
  .edge {
    width: 3px;
    height: 12px;
    background: var(--vscode-descriptionForeground);
  }
  .fixed .edge {
    background: var(--vscode-testing-iconPassed);
  }
  .broken .edge {
    background: var(--vscode-testing-iconFailed);
  }
  .field {
    width: 150px;
  }
  tf-row-grid {
    flex: 1;
  }
  .icon-button.small {
    width: 22px;
    height: 22px;
  }
  .place {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .empty {
    margin: 24px 0;
  }
  .bones {
    height: 120px;
    border-radius: 4px;
    background: color-mix(in srgb, var(--vscode-foreground) 8%, transparent);
  }
`;
