import { css } from "lit";

/** A native drop-down, as the editor draws its own. */
export const selectStyles = css`
  select {
    height: 24px;
    padding: 0 4px;
    font: inherit;
    color: var(--vscode-dropdown-foreground);
    background: var(--vscode-dropdown-background);
    border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
  }
`;
