import { css } from "lit";

export const stripStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 8px;
    font-size: 12px;
    padding: 0 var(--page-gap, 16px);
  }
  :host > :first-child {
    margin-top: 8px;
  }
  :host > :last-child {
    margin-bottom: 4px;
  }
  .strip {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 28px;
    padding: 2px 4px 2px 10px;
    border: 1px solid;
    border-radius: 4px;
  }
  .strip.info {
    border-color: var(--vscode-inputValidation-infoBorder);
    background: var(--vscode-inputValidation-infoBackground);
    color: var(--vscode-inputValidation-infoForeground, var(--vscode-foreground));
  }
  .strip.warning {
    border-color: var(--vscode-inputValidation-warningBorder);
    background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  .strip.error {
    border-color: var(--vscode-inputValidation-errorBorder);
    background: var(--vscode-inputValidation-errorBackground);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
  }
  .strip.info > .icon,
  li .info {
    color: var(--vscode-editorInfo-foreground);
  }
  .strip.warning > .icon,
  li .warning {
    color: var(--vscode-editorWarning-foreground);
  }
  .strip.error > .icon,
  li .error {
    color: var(--vscode-editorError-foreground);
  }
  .words {
    flex: 1;
    min-width: 0;
  }
  code {
    display: block;
    font-family: var(--vscode-editor-font-family);
    font-size: 12px;
  }
  .links {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 0 12px;
    max-width: 60%;
  }
  ul {
    max-height: 160px;
    margin: 0;
    padding: 0;
    overflow-y: auto;
    list-style: none;
  }
  li {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 24px;
    padding: 0 12px 0 10px;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 16px;
    font-size: 12px;
    color: var(--vscode-descriptionForeground);
  }
  .note {
    max-width: 60ch;
    min-height: 22px;
    font-style: italic;
  }
  .note .icon {
    vertical-align: -3px;
  }
`;
