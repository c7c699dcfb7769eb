import { html, type TemplateResult } from "lit";
import { t } from "../../src/base/l10n.ts";
import type { PageConfigEntry } from "../../src/messages/config-tab.ts";
import { shortKey } from "./entries.ts";
import { valueText } from "./values.ts";

export interface EntryParts {
  /** Its place among the rows shown. */
  row: number;
  /** Name of the config file. */
  file: string;
  tabIndex: (column: number) => number;
  onOpen: (key: string) => void;
}

/** A key with its value and where that came from. */
export function entryRow(entry: PageConfigEntry, parts: EntryParts): TemplateResult {
  const { row, tabIndex } = parts;
  const classes = `${entry.differs ? "differs" : ""} ${entry.origin === "default" ? "" : "written"}`;
  const about = entry.about === "" ? entry.key : `${entry.key}\n${entry.about}`;
  return html`<tr class=${classes}>
    <th class="mono" scope="row" data-row=${row} data-column="0" tabindex=${tabIndex(0)} title=${about}>
      ${shortKey(entry.key)}
    </th>
    <td class="value" data-row=${row} data-column="1" tabindex=${tabIndex(1)} title=${titleOf(entry)}>
      ${valueOf(entry)}
    </td>
    <td data-row=${row} data-column="2" tabindex=${tabIndex(2)}>${originOf(entry, parts)}</td>
  </tr>`;
}

/** What the run has; of the run and the file where they differ. */
const then = (entry: PageConfigEntry): string => valueText(entry.origin === "none" ? undefined : entry.value);

function valueOf(entry: PageConfigEntry): TemplateResult {
  const parent = "parent" in entry ? html` <span class="quiet">${t("parent {0}", valueText(entry.parent))}</span>` : "";
  if (!entry.differs) return html`<span class="mono">${then(entry)}</span>${parent}`;
  return html`<span class="mono">${then(entry)}</span> <span class="then">→</span>
    <span class="mono now">${valueText(entry.now)}</span>${parent}`;
}

function titleOf(entry: PageConfigEntry): string {
  if (!entry.differs) return then(entry);
  return t("The run has {0}, the file now {1}.", then(entry), valueText(entry.now));
}

function originOf(entry: PageConfigEntry, { file, onOpen }: EntryParts): TemplateResult | string {
  switch (entry.origin) {
    case "file": {
      const place = entry.line === null ? file : `${file}:${entry.line}`;
      const title = t("Open {0} at {1}", file, entry.key);
      return html`<button class="link" tabindex="-1" title=${title} @click=${() => onOpen(entry.key)}>
        ${place}
      </button>`;
    }
    case "default":
      return html`<span class="quiet">${t("default")}</span>`;
    case "override":
      return html`<span title=${t("Set when the run was started, over what the file says.")}>${t("override")}</span>`;
    case "parent":
      return html`<span title=${t("Taken from the run this one was forked from.")}>${t("parent run")}</span>`;
    case "none":
      return html`<span class="quiet">${t("only in the file now")}</span>`;
  }
}
