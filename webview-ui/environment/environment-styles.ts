import { css } from "lit";

export const environmentStyles = css`
  :host {
    container-type: inline-size;
    padding: 0 16px 16px;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: 0 32px;
    align-items: start;
  }
  @container (max-width: 800px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  .heading {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 36px;
    padding-top: 8px;
    border-bottom: 1px solid var(--vscode-panel-border);
  }
  h2 {
    margin: 0;
    font-size: 13px;
    font-weight: 600;
  }
  dl {
    margin: 4px 0 8px;
  }
  dl div {
    display: flex;
    align-items: flex-start;
    gap: 8px;
    min-height: 24px;
    padding: 3px 0;
  }
  dl div:hover {
    background: var(--vscode-list-hoverBackground);
  }
  dt {
    flex: 0 0 168px;
    color: var(--vscode-descriptionForeground);
    overflow-wrap: anywhere;
  }
  dd {
    flex: 1;
    min-width: 0;
    margin: 0;
    overflow-wrap: anywhere;
  }
  dd .icon-button,
  .heading .icon-button {
    flex: none;
    width: 22px;
    height: 22px;
  }
  dd .icon-button {
    margin: -2px 0 -2px 4px;
    vertical-align: top;
  }
  dd .link {
    margin: -2px 0 -2px 8px;
  }
  table {
    margin: 4px 0 8px;
  }
  thead th {
    position: static;
  }
  th:first-child,
  td:first-child {
    padding-left: 0;
  }
  th:last-child,
  td:last-child {
    padding-right: 0;
  }
  .end {
    text-align: right;
  }
  .size {
    width: 84px;
  }
  .hash {
    width: 116px;
  }
  .heading .field {
    height: 22px;
    flex: 0 1 180px;
  }
`;
