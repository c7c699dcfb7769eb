import { css } from "lit";

export const legendStyles = css`
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(196px, 1fr));
    gap: 8px;
  }
  .cards .item {
    max-width: 420px;
    padding: 2px 4px 3px 8px;
    border: 1px solid var(--vscode-panel-border);
    border-radius: 4px;
  }
  .list {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(300px, 1fr));
    gap: 0 16px;
    max-height: 132px;
    overflow-y: auto;
  }
  .item.lifted {
    border-color: var(--vscode-focusBorder);
  }
  .cards .item.lifted {
    background: var(--vscode-list-hoverBackground);
  }
  .list .item.lifted {
    background: var(--vscode-list-hoverBackground);
  }
  .hides .name,
  .hides .result,
  .hides svg {
    opacity: 0.5;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
    height: 22px;
  }
  .second {
    height: 16px;
    padding-right: 4px;
    font-size: 11px;
    line-height: 16px;
    color: var(--vscode-descriptionForeground);
  }
  .name {
    min-height: 22px;
    text-align: left;
  }
  .name:hover {
    text-decoration: underline;
  }
  .state {
    display: inline-flex;
  }
  .state .icon {
    font-size: 14px;
    width: 14px;
    height: 14px;
  }
  svg {
    flex: none;
  }
  .result {
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
  }
  .star {
    width: 13px;
    height: 13px;
    font-size: 12px;
    margin-left: -2px;
    color: var(--vscode-charts-yellow);
  }
  .end,
  .tools {
    margin-left: auto;
    white-space: nowrap;
  }
  .tools {
    display: inline-flex;
    flex: none;
    align-items: center;
  }
  .tool,
  .fixed {
    width: 22px;
    height: 22px;
    color: var(--vscode-descriptionForeground);
  }
  .fixed {
    display: inline-flex;
    align-items: center;
    justify-content: center;
  }
  .tool .icon,
  .fixed .icon {
    font-size: 14px;
    width: 14px;
    height: 14px;
  }
  .tool:hover {
    color: var(--vscode-foreground);
  }
  /* What the header's menus do as well takes no room before it is wanted. */
  .item:not(:hover, :focus-within) .hover {
    width: 0;
    overflow: hidden;
    border: 0;
    opacity: 0;
  }
  .base {
    font-size: 11px;
  }
  :host-context(body.vscode-high-contrast) .cards .item {
    border-color: var(--vscode-contrastBorder);
  }
  :host-context(body.vscode-high-contrast) .item.lifted {
    outline: 1px dashed var(--vscode-contrastActiveBorder);
  }
`;
