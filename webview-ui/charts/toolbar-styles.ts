import { css } from "lit";

export const toolbarStyles = css`
  :host {
    display: block;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    min-height: 38px;
    padding: 4px 0;
    font-size: 12px;
  }
  .search,
  .select {
    display: inline-flex;
    align-items: center;
    height: 24px;
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
  }
  .search {
    flex: 0 1 196px;
    min-width: 120px;
    gap: 4px;
    padding-left: 6px;
  }
  .search:focus-within,
  .select:focus-within {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .search.bad {
    border-color: var(--vscode-inputValidation-errorBorder);
  }
  .search input {
    flex: 1;
    min-width: 0;
    height: 100%;
    padding: 0;
    border: 0;
    outline: 0;
    font: inherit;
    color: inherit;
    background: none;
  }
  .search input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  .search input::-webkit-search-cancel-button {
    display: none;
  }
  .field {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    white-space: nowrap;
  }
  .select {
    position: relative;
    border-color: var(--vscode-dropdown-border, var(--vscode-contrastBorder));
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
  }
  .select .icon {
    position: absolute;
    right: 4px;
    pointer-events: none;
  }
  select {
    height: 100%;
    padding: 0 22px 0 8px;
    border: 0;
    outline: 0;
    font: inherit;
    color: inherit;
    background: none;
    appearance: none;
    field-sizing: content;
  }
  option {
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
  }
  input[type="range"] {
    width: 84px;
    height: 22px;
    margin: 0;
    appearance: none;
    background: none;
    border-radius: 2px;
  }
  input[type="range"]::-webkit-slider-runnable-track {
    height: 4px;
    border-radius: 2px;
    background: linear-gradient(
      to right,
      var(--vscode-progressBar-background) var(--share),
      var(--vscode-scrollbarSlider-background) var(--share)
    );
  }
  input[type="range"]::-webkit-slider-thumb {
    width: 12px;
    height: 12px;
    margin-top: -4px;
    border: 2px solid var(--vscode-editor-background);
    border-radius: 50%;
    appearance: none;
    background: var(--vscode-progressBar-background);
  }
  .number {
    min-width: 28px;
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 22px;
    white-space: nowrap;
    cursor: pointer;
  }
  .check input {
    position: absolute;
    opacity: 0;
    width: 16px;
    height: 16px;
    margin: 0;
  }
  .box {
    display: inline-flex;
    width: 16px;
    height: 16px;
    border: 1px solid var(--vscode-checkbox-border);
    border-radius: 3px;
    color: var(--vscode-checkbox-foreground);
    background: var(--vscode-checkbox-background);
  }
  .box .icon {
    font-size: 14px;
    line-height: 14px;
    width: 14px;
    height: 14px;
    visibility: hidden;
  }
  .check input:checked + .box .icon {
    visibility: visible;
  }
  .check input:focus-visible + .box {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  .spring {
    flex: 1;
  }
  .flat,
  .follow {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    height: 24px;
    padding: 0 8px;
    white-space: nowrap;
  }
  .flat:hover:not(:disabled),
  .follow:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .flat:disabled {
    opacity: 1;
    color: var(--vscode-disabledForeground, var(--vscode-descriptionForeground));
  }
  .follow {
    border-color: var(--vscode-panel-border);
  }
  .follow[aria-pressed="true"] {
    color: var(--vscode-inputOption-activeForeground);
    background: var(--vscode-inputOption-activeBackground);
    border-color: var(--vscode-contrastActiveBorder, var(--vscode-inputOption-activeBorder));
  }
  .problem {
    padding-bottom: 4px;
    font-size: 12px;
    color: var(--vscode-errorForeground);
  }
`;
