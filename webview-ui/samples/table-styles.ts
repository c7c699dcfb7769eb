import { css } from "lit";

export const tableStyles = css`
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
    align-items: flex-start;
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
  .chips {
    display: flex;
    flex: 1;
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
    border-color: var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-foreground) 22%, transparent));
    border-radius: 4px;
  }
  .filter:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .filter.on {
    color: var(--vscode-inputOption-activeForeground);
    background: var(--vscode-inputOption-activeBackground);
    border-color: var(--vscode-contrastActiveBorder, var(--vscode-inputOption-activeBorder));
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
    background: var(--vscode-testing-iconFailed, var(--vscode-errorForeground));
  }
  .field {
    flex: 0 1 150px;
    min-width: 90px;
  }
  tf-row-grid {
    flex: 1;
  }
  .empty {
    margin: 24px 0;
  }
`;
