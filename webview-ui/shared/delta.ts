import { css, html, type TemplateResult } from "lit";
import { t } from "../../src/base/l10n.ts";

/** A difference with its sign: better is solid and green, worse hollow and grey. */
export function deltaMark(text: string, kind: "better" | "worse" | "same", title = ""): TemplateResult {
  const word = kind === "better" ? t("better") : kind === "worse" ? t("worse") : t("the same");
  const mark = kind === "better" ? "▲" : kind === "worse" ? "▽" : "";
  return html`<span class="delta ${kind}" title=${title}
    ><span aria-hidden="true">${mark}</span> ${text}<span class="hidden-text"> (${word})</span></span
  >`;
}

export const deltaStyles = css`
  .delta {
    white-space: nowrap;
    font-weight: 400;
  }
  .delta.better {
    /* The icons' green alone is too pale for words on light backgrounds. */
    color: color-mix(in srgb, var(--vscode-testing-iconPassed) 45%, var(--vscode-foreground));
  }
  .delta.worse,
  .delta.same {
    color: var(--vscode-descriptionForeground);
  }
  :host-context(body.vscode-high-contrast) .delta {
    color: var(--vscode-foreground);
  }
`;
