import { css } from "lit";

/** A page fills the window: what stands above, then tabs over the rest. */
export const pageFrame = css`
  :host {
    --page-gap: 16px;
    display: block;
    /* In a system with forced colours the editor takes a high contrast theme; its variables are what is asked for. */
    forced-color-adjust: none;
    margin: 0 -20px;
  }
  main {
    display: flex;
    flex-direction: column;
    height: 100vh;
  }
  tf-tabs {
    flex: 1;
  }
`;
