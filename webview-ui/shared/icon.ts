import { css, html, type TemplateResult } from "lit";

/** Codicons by their code point in the font; the stylesheet's classes do not reach into shadow trees. */
const ICONS = {
  add: 0xea60,
  "arrow-down": 0xea9a,
  "arrow-up": 0xeaa1,
  beaker: 0xea79,
  check: 0xeab2,
  "chevron-down": 0xeab4,
  "chevron-right": 0xeab6,
  "chevron-up": 0xeab7,
  "circle-slash": 0xeabd,
  close: 0xea76,
  comment: 0xea6b,
  copy: 0xebcc,
  "debug-continue": 0xeacf,
  "debug-restart": 0xead2,
  "debug-stop": 0xead7,
  "diff-added": 0xeadc,
  "diff-modified": 0xeade,
  "diff-removed": 0xeadf,
  discard: 0xeae2,
  edit: 0xea73,
  ellipsis: 0xea7c,
  error: 0xea87,
  export: 0xebac,
  eye: 0xea70,
  "eye-closed": 0xeae7,
  filter: 0xeaf1,
  "folder-opened": 0xeaf7,
  "git-commit": 0xeafc,
  "go-to-file": 0xea94,
  history: 0xea82,
  info: 0xea74,
  loading: 0xeb19,
  note: 0xeb26,
  pass: 0xeba4,
  pin: 0xeb2b,
  pinned: 0xeba0,
  question: 0xeb32,
  "repo-forked": 0xea63,
  search: 0xea6d,
  "star-empty": 0xea6a,
  "star-full": 0xeb59,
  tag: 0xea66,
  trash: 0xea81,
  warning: 0xea6c,
  "zoom-out": 0xeb82,
} as const;
export type IconName = keyof typeof ICONS;

/** Every icon's name and code point, for the test that compares them with the font's own table. */
export const iconTable: Readonly<Record<string, number>> = ICONS;

/** An icon, 16 px, in the colour of the text around it. It says nothing to a screen reader: words beside it do. */
export const icon = (name: IconName, className = ""): TemplateResult =>
  html`<span class="icon ${className}" aria-hidden="true">${String.fromCodePoint(ICONS[name])}</span>`;

export const iconStyles = css`
  .icon {
    font: 16px/1 codicon;
    display: inline-block;
    flex: none;
    width: 16px;
    height: 16px;
    text-align: center;
    user-select: none;
    -webkit-font-smoothing: antialiased;
  }
  .icon.spin {
    animation: spin 1.5s steps(30) infinite;
  }
  @keyframes spin {
    to {
      rotate: 360deg;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .icon.spin {
      animation: none;
    }
  }
  :host-context(body.vscode-reduce-motion) .icon.spin {
    animation: none;
  }
`;
