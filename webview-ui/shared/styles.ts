/** What every component of every page has in common: type, controls, focus. Spacing 4, 8, 12, 16; colours of the theme. */
import { css } from "lit";
import { iconStyles } from "./icon.ts";

const base = css`
  :host {
    box-sizing: border-box;
    font-size: 13px;
    line-height: 18px;
    font-variant-numeric: tabular-nums;
    color: var(--vscode-foreground);
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  .hidden-text {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .quiet {
    color: var(--vscode-descriptionForeground);
  }
  .clipped {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-width: 0;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
`;

const controls = css`
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid transparent;
    border-radius: 4px;
    margin: 0;
    padding: 0;
    cursor: pointer;
  }
  button:disabled,
  button[aria-disabled="true"] {
    opacity: 0.5;
    cursor: default;
  }
  /** The editor's secondary button; with "primary" the one filled button of a region. */
  .button {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    height: 24px;
    padding: 0 10px;
    white-space: nowrap;
    color: var(--vscode-button-secondaryForeground);
    background: var(--vscode-button-secondaryBackground);
    border-color: var(--vscode-button-secondaryBorder, var(--vscode-button-border, transparent));
  }
  .button:hover:not(:disabled, [aria-disabled="true"]) {
    background: var(--vscode-button-secondaryHoverBackground);
  }
  .button.primary {
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
    border-color: var(--vscode-button-border, transparent);
  }
  .button.primary:hover:not(:disabled, [aria-disabled="true"]) {
    background: var(--vscode-button-hoverBackground);
  }
  .icon-button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 24px;
    height: 24px;
    color: var(--vscode-icon-foreground);
  }
  .icon-button:hover:not(:disabled, [aria-disabled="true"]) {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
    outline-offset: -1px;
  }
  a,
  .link {
    color: var(--vscode-textLink-foreground);
    text-decoration: none;
    border-radius: 2px;
    cursor: pointer;
  }
  .link {
    min-height: 22px;
    white-space: nowrap;
  }
  a:hover,
  .link:hover:not(:disabled) {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    height: 18px;
    padding: 0 8px;
    border: 1px solid var(--vscode-panel-border);
    border-radius: 9px;
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
    white-space: nowrap;
  }
  .badge {
    display: inline-block;
    min-width: 16px;
    height: 16px;
    padding: 0 4px;
    border-radius: 8px;
    font-size: 10px;
    line-height: 16px;
    text-align: center;
    color: var(--vscode-badge-foreground);
    background: var(--vscode-badge-background);
  }
  :host-context(body.vscode-high-contrast) .chip,
  :host-context(body.vscode-high-contrast) .badge {
    border: 1px solid var(--vscode-contrastBorder);
  }
  :host-context(body.vscode-high-contrast) .badge {
    line-height: 14px;
  }
  :host-context(body.vscode-high-contrast) .button {
    border-color: var(--vscode-contrastBorder);
  }
  :host-context(body.vscode-high-contrast) :focus-visible {
    outline: 2px solid var(--vscode-focusBorder);
  }
`;

/**
 * Words in a signal's colour (`--signal`): a state, a difference. Light themes choose these colours for icons, so there
 * words are mixed with the text's own colour until their contrast is 4.5:1.
 */
export const signalText = css`
  .signal {
    color: var(--signal);
  }
  :host-context(body.vscode-light) .signal {
    color: color-mix(in srgb, var(--signal) 45%, var(--vscode-foreground));
  }
`;

/** For `static styles` of every element. */
export const shared = [base, controls, iconStyles];
