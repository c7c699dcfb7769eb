import { css, html, nothing, type TemplateResult } from "lit";

/** The head of a table or a list: what it is, a fact about it, and one link at the right. */
export const blockHead = (
  title: string,
  fact: string,
  link: TemplateResult | typeof nothing = nothing,
): TemplateResult =>
  html`<div class="block-head">
    <h2>${title}</h2>
    <span class="quiet clipped" title=${fact}>${fact}</span>
    ${link}
  </div>`;

export const blockHeadStyles = css`
  .block-head {
    display: flex;
    align-items: center;
    gap: 10px;
    height: 34px;
    font-size: 12px;
  }
  .block-head h2 {
    flex: none;
    margin: 0;
    font-size: 12px;
    font-weight: 600;
  }
  .block-head .link {
    flex: none;
    margin-left: auto;
  }
`;
