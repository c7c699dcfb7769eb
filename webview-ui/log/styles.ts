import { css, unsafeCSS } from "lit";

const NAMES = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];
/** Which of these is the colour of the ground and which that of text is the theme's to know. */
const GREYS: Record<string, string> = { Black: "descriptionForeground", White: "editor-foreground" };

/**
 * The terminal's colours of the theme. They are made for a terminal, which lightens or darkens them against its
 * background; mixed with the colour of text they can be read on the page's.
 */
const colours = NAMES.flatMap((name) => {
  const kinds = [
    [name.toLowerCase(), `--vscode-terminal-ansi${name}`],
    [`bright-${name.toLowerCase()}`, `--vscode-terminal-ansiBright${name}`],
  ] as const;
  return kinds.map(
    ([kind, variable]) => `
  .fg-${kind} { color: ${GREYS[name] ? `var(--vscode-${GREYS[name]})` : `color-mix(in srgb, var(${variable}) 42%, var(--vscode-editor-foreground))`}; }
  .bg-${kind} { background: color-mix(in srgb, var(${variable}) 25%, var(--vscode-editor-background)); }`,
  );
});

export const textStyles = [
  unsafeCSS(colours.join("")),
  css`
    .bold {
      font-weight: 600;
    }
    .dim {
      color: var(--vscode-descriptionForeground);
    }
    .italic {
      font-style: italic;
    }
    .underline {
      text-decoration: underline;
    }
    .strike {
      text-decoration: line-through;
    }
    .concealed {
      color: transparent;
    }
    mark {
      color: var(--vscode-editor-foreground);
      background: var(--vscode-editor-findMatchHighlightBackground);
      outline: 1px solid var(--vscode-editor-findMatchHighlightBorder, transparent);
    }
    /* Text on the editor's colour of the current match is too faint in some themes, so that one is drawn around it. */
    .current mark {
      outline: 2px solid var(--vscode-editor-findMatchBorder, var(--vscode-editor-findMatchBackground));
      outline-offset: -1px;
    }
  `,
];

export const logTabStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 200px;
  }
  .toolbar {
    display: flex;
    align-items: center;
    flex: none;
    flex-wrap: wrap;
    gap: 4px 12px;
    min-height: 38px;
    padding: 4px 16px;
    font-size: 12px;
  }
  .field {
    flex: 0 1 240px;
  }
  .group {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .spacer {
    flex: 1;
  }
  .toolbar button.button[aria-pressed="true"] {
    color: var(--vscode-inputOption-activeForeground);
    background: var(--vscode-inputOption-activeBackground);
    border-color: var(--vscode-contrastActiveBorder, var(--vscode-inputOption-activeBorder));
  }
  tf-log-list {
    flex: 1;
  }
  .notice {
    padding: 8px 16px;
  }
`;

export const listStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .scroller {
    flex: 1;
    min-height: 0;
    overflow: auto;
    overflow-anchor: none;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    line-height: 18px;
    color: var(--vscode-editor-foreground);
  }
  .rows {
    position: relative;
    min-width: 100%;
    width: max-content;
  }
  .wraps .rows {
    width: 100%;
  }
  .window {
    position: absolute;
    top: 0;
    left: 0;
    min-width: 100%;
  }
  .wraps .window {
    right: 0;
  }
  .row {
    display: flex;
    min-height: 18px;
    padding-right: 16px;
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .row.current {
    background: var(--vscode-editor-lineHighlightBackground, var(--vscode-list-hoverBackground));
    outline: 1px solid var(--vscode-editor-lineHighlightBorder, transparent);
    outline-offset: -1px;
  }
  .number,
  .time {
    flex: none;
    text-align: right;
    color: var(--vscode-descriptionForeground);
    user-select: none;
    padding-right: 12px;
  }
  .number {
    min-width: calc(var(--digits, 3) * 1ch + 28px);
    padding-left: 16px;
  }
  .current .number {
    color: var(--vscode-foreground);
  }
  .time {
    min-width: calc(8ch + 12px);
  }
  .text {
    white-space: pre;
    tab-size: 4;
    min-width: 0;
  }
  .wraps .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .more {
    flex: none;
    align-self: flex-start;
    display: inline-flex;
    align-items: center;
    gap: 2px;
    height: 18px;
    margin-left: 12px;
    padding: 0 6px 0 2px;
    font-family: var(--vscode-font-family);
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
    border-color: var(--vscode-panel-border);
    border-radius: 9px;
    user-select: none;
    white-space: nowrap;
  }
  .more:hover {
    color: var(--vscode-foreground);
    background: var(--vscode-toolbar-hoverBackground);
  }
  .updates {
    white-space: normal;
    color: var(--vscode-descriptionForeground);
  }
  .updates > div {
    white-space: pre;
  }
  .wraps .updates > div {
    white-space: pre-wrap;
  }
  .elsewhere {
    display: block;
    position: sticky;
    left: 0;
    width: 100%;
    padding: 4px 16px;
    text-align: left;
    color: var(--vscode-textLink-foreground);
    border-radius: 0;
  }
  .elsewhere.before {
    border-bottom-color: var(--vscode-panel-border);
  }
  .elsewhere.after {
    border-top-color: var(--vscode-panel-border);
  }
`;
