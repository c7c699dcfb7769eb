import { css } from "lit";

/** A tab of a toolbar over panes side by side, below each other where it is narrow. */
export const paneStyles = css`
  :host {
    display: block;
    height: 100%;
    container-type: inline-size;
    font-size: 12px;
  }
  .tab {
    display: flex;
    flex-direction: column;
    height: 100%;
    padding: 0 16px 4px;
  }
  .toolbar {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
  }
  .toolbar label {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .panes {
    display: grid;
    flex: 1;
    min-height: 0;
  }
`;
