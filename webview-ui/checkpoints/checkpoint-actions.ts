/** What can be done with the chosen checkpoint, and what is known of it. */
import { html, nothing, type TemplateResult } from "lit";
import { formatCount, formatFileSize, formatHyperparameter } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { PageCheckpointFolder } from "../../src/messages/tables.ts";
import type { Host } from "../shared/host.ts";
import { icon, type IconName } from "../shared/icon.ts";
import { isLive } from "../shared/state-words.ts";
import type { Mark } from "./marks.ts";

interface Parts {
  host: Host<RunPage>;
  view: RunView;
  mark: Mark;
  /** Whether a resume goes on from here. */
  isResumePoint: boolean;
}

export function checkpointActions(parts: Parts): TemplateResult {
  const { mark, view } = parts;
  if (!mark.isKept)
    return html`${mark.folder ? leftover(parts, mark.folder) : details(t("Pruned: its predictions and metrics remain."))}`;
  const isIncomplete = mark.folder?.state === "incomplete";
  return html`<div class="actions">
      ${parts.isResumePoint ? button(parts, "debug-continue", t("Resume"), "primary", () => parts.host.act({ do: "resumeRun", run: view.id })) : nothing}
      ${
        isIncomplete
          ? nothing
          : button(parts, "repo-forked", t("Fork from here"), parts.isResumePoint ? "" : "primary", () =>
              parts.host.act({ do: "forkRun", run: view.id, step: mark.step }),
            )
      }
    </div>
    ${isIncomplete ? nothing : html`<div class="actions plain">${evaluate(parts)}${predict(parts)}</div>`}
    <div class="actions plain">${reveal(parts)}${pin(parts)}${copyPath(parts)}${remove(parts)}</div>
    ${
      isIncomplete && mark.folder
        ? html`<p class="details warning">${incompleteWords(mark.folder)}</p>`
        : details(completeWords(mark))
    }
    ${view.readOnly === null ? nothing : details(view.readOnly)}
    ${parts.isResumePoint ? details(t("Resume goes on with this run; Fork from here starts a new run at this step.")) : nothing}`;
}

const details = (words: string): TemplateResult => html`<p class="details">${words}</p>`;

/** A folder that was never finished: nothing can go on from it. */
const leftover = (parts: Parts, folder: PageCheckpointFolder): TemplateResult =>
  html`<p class="details warning">
      ${folder.state === "writing" ? t("Being written: {0} so far.", formatFileSize(folder.bytes)) : incompleteWords(folder)}
    </p>
    ${folder.state === "writing" ? nothing : html`<div class="actions plain">${remove(parts)}</div>`}`;

function incompleteWords({ bytes, expectedBytes }: PageCheckpointFolder): string {
  if (expectedBytes === null) return t("Incomplete: writing stopped at {0}.", formatFileSize(bytes));
  return t("Incomplete: writing stopped at {0} of {1}.", formatFileSize(bytes), formatFileSize(expectedBytes));
}

/** `epoch 2.50 · adapter 4.7 MB, optimizer 14.2 MB · complete, checked` */
function completeWords({ folder }: Mark): string {
  if (!folder) return t("Looking at its files…");
  const parts = folder.parts.map(({ kind, bytes }) => partWords(kind, formatFileSize(bytes)));
  return [
    folder.epoch === null ? "" : t("epoch {0}", formatHyperparameter(Number(folder.epoch.toFixed(2)))),
    parts.join(", "),
    folder.state === "writing" ? t("being written") : t("complete, checked"),
  ]
    .filter(Boolean)
    .join(" · ");
}

function partWords(kind: PageCheckpointFolder["parts"][number]["kind"], size: string): string {
  if (kind === "adapter") return t("adapter {0}", size);
  return kind === "weights" ? t("weights {0}", size) : t("optimizer {0}", size);
}

/** A button that cannot be used keeps the focus, so that its reason can be read. */
const press = (why: string | null, act: () => void) => (): void => {
  if (why === null) act();
};

function button(
  { view: { readOnly } }: Parts,
  name: IconName,
  label: string,
  kind: "primary" | "",
  act: () => void,
): TemplateResult {
  return html`<button
    class="button ${kind}"
    aria-disabled=${String(readOnly !== null)}
    title=${readOnly ?? ""}
    @click=${press(readOnly, act)}
  >
    ${icon(name)}${label}
  </button>`;
}

function plain(
  name: IconName,
  label: string,
  act: () => void,
  why: string | null = null,
  className = "",
): TemplateResult {
  return html`<button
    class="plain-button ${className}"
    aria-disabled=${String(why !== null)}
    title=${why ?? ""}
    @click=${press(why, act)}
  >
    ${icon(name)}${label}
  </button>`;
}

const evaluate = ({ host, view, mark }: Parts): TemplateResult =>
  plain(
    "beaker",
    t("Evaluate on a file…"),
    () => host.act({ do: "evaluateCheckpoint", run: view.id, step: mark.step }),
    view.notUsable ?? view.readOnly,
  );

const predict = ({ host, view, mark }: Parts): TemplateResult =>
  plain(
    "comment",
    t("Predict…"),
    () => host.act({ do: "predictCheckpoint", run: view.id, step: mark.step }),
    view.notUsable ?? view.readOnly,
  );

const reveal = ({ host, view, mark }: Parts): TemplateResult =>
  plain("folder-opened", t("Reveal"), () => host.act({ do: "revealCheckpoint", run: view.id, step: mark.step }));

const copyPath = ({ host, view, mark }: Parts): TemplateResult =>
  plain("copy", t("Copy path"), () => host.act({ do: "copyCheckpointPath", run: view.id, step: mark.step }));

function pin({ host, view, mark }: Parts): TemplateResult {
  const isPinned = mark.tags.includes("pinned");
  const act = (): void => host.act({ do: "pinCheckpoint", run: view.id, step: mark.step, pinned: !isPinned });
  return plain(isPinned ? "pinned" : "pin", isPinned ? t("Unpin") : t("Pin"), act, view.readOnly);
}

function remove({ host, view, mark }: Parts): TemplateResult {
  const why = isLive(view)
    ? t("The trainer saves and prunes checkpoints until the run ends. Stop it first.")
    : view.readOnly;
  const label = t("Delete");
  const act = (): void => host.act({ do: "deleteCheckpoint", run: view.id, step: mark.step });
  return plain("trash", label, act, why, "danger");
}

/** `4 of 12 kept, 76 MB. Keeps best, last 2 and pinned.` */
export function retentionWords(view: RunView): string {
  const kept = view.checkpoints.filter(({ present }) => present);
  const bytes = kept.reduce((sum, at) => sum + at.bytes, 0);
  const count = t(
    "{0} of {1} kept, {2}.",
    formatCount(kept.length),
    formatCount(view.checkpoints.length),
    formatFileSize(bytes),
  );
  const rule =
    view.checkpointLimit === null
      ? t("Keeps all.")
      : t("Keeps best, last {0} and pinned.", formatCount(view.checkpointLimit));
  return `${count} ${rule}`;
}
