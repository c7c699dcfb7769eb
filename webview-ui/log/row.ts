import { html, nothing, type TemplateResult } from "lit";
import { formatClock, formatCount, formatInstant } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { PageLogLine } from "../../src/messages/log.ts";
import { icon } from "../shared/icon.ts";
import type { Row } from "./folds.ts";
import { linksIn, type FileLink } from "./links.ts";
import { spansOf, withMarks, type Mark, type MarkedSpan } from "./spans.ts";

/** What a row needs beside its line. */
export interface RowParts {
  /** Place in the list. */
  index: number;
  row: Row;
  /** Undefined until it was fetched. */
  line: PageLogLine | undefined;
  updates: { texts: string[]; left: number } | undefined;
  /** Text to be set apart, in lower case; empty = none. */
  find: string;
  isCurrent: boolean;
  isTimed: boolean;
  onOpen: (link: FileLink) => void;
  onFold: (start: number) => void;
  onUpdates: (line: number) => void;
}

/** One row of the log. */
export function rowTemplate(parts: RowParts): TemplateResult {
  const { index, row, line, isCurrent, isTimed } = parts;
  const time = line?.timeMs ?? null;
  return html`<div
    class="row ${isCurrent ? "current" : ""}"
    data-index=${index}
    data-line=${row.line}
    aria-current=${isCurrent ? "true" : nothing}
  >
    <span class="number">${row.line}</span>
    ${
      isTimed
        ? html`<span class="time" title=${formatInstant(time)}
            >${time === null ? "" : formatClock(time, { withSeconds: true })}</span
          >`
        : nothing
    }
    <span class="text">${updatesBefore(parts)}${line ? textOf(line.text, parts) : ""}${restOf(line)}</span>
    ${more(parts)}
  </div>`;
}

/** What the line said before, unfolded. */
function updatesBefore({ updates }: RowParts): TemplateResult | typeof nothing {
  if (!updates) return nothing;
  const left =
    updates.left > 0 ? html`<div class="quiet">${t("{0} earlier updates", formatCount(updates.left))}</div>` : "";
  return html`<div class="updates">
    ${left}${updates.texts.map((text) => html`<div>${spansOf(text).map((span) => span.text)}</div>`)}
  </div>`;
}

function restOf(line: PageLogLine | undefined): TemplateResult | typeof nothing {
  if (!line?.cut) return nothing;
  return html`<span class="quiet"> ${t("… {0} more characters", formatCount(line.cut))}</span>`;
}

/** The button that unfolds what the row stands for. */
function more({ row, line, updates, onFold, onUpdates }: RowParts): TemplateResult | typeof nothing {
  const fold = row.folded ?? row.unfolded;
  if (fold) return moreButton(fold.count, row.unfolded !== undefined, () => onFold(fold.start));
  if (!line || line.rewrites === 0) return nothing;
  return moreButton(line.rewrites + 1, updates !== undefined, () => onUpdates(row.line));
}

const moreButton = (count: number, isOpen: boolean, onClick: () => void): TemplateResult =>
  html`<button class="more" aria-expanded=${isOpen} @click=${onClick}>
    ${icon(isOpen ? "chevron-down" : "chevron-right")}${t("{0} updates", formatCount(count))}
  </button>`;

type Piece = { link: FileLink } | { find: true };

function textOf(text: string, { find, onOpen }: RowParts): (TemplateResult | string)[] {
  const spans = spansOf(text);
  const plain = spans.map((span) => span.text).join("");
  const links: Mark<Piece>[] = linksIn(plain).map(({ from, to, what }) => ({ from, to, what: { link: what } }));
  return withMarks(spans, [...links, ...matchesIn(plain, find)]).map((span) => pieceOf(span, onOpen));
}

function pieceOf(
  { text, classes, marks }: MarkedSpan<Piece>,
  onOpen: (link: FileLink) => void,
): TemplateResult | string {
  const isMatch = marks.some((mark) => "find" in mark);
  const link = marks.flatMap((mark) => ("link" in mark ? mark.link : []))[0];
  const shown = isMatch ? html`<mark>${text}</mark>` : text;
  if (link)
    return html`<a
      class=${classes}
      href="#"
      title=${t("Open {0} at line {1}", link.file, link.line)}
      @click=${opening(() => onOpen(link))}
      >${shown}</a
    >`;
  return classes === "" ? shown : html`<span class=${classes}>${shown}</span>`;
}

/** The page has no address to go to. */
const opening = (open: () => void) => (event: Event) => {
  event.preventDefault();
  open();
};

function matchesIn(text: string, find: string): Mark<Piece>[] {
  if (find === "") return [];
  const lower = text.toLowerCase();
  const found: Mark<Piece>[] = [];
  for (let at = lower.indexOf(find); at >= 0; at = lower.indexOf(find, at + find.length))
    found.push({ from: at, to: at + find.length, what: { find: true } });
  return found;
}
