import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import { stateLook } from "../shared/state-words.ts";
import { bestFigure } from "./best.ts";
import { alertKey } from "./notices.ts";

/** What screen readers are told as a run goes on: a new state, a new alert, a new best. Nothing of what was there before. */
export class News {
  #before: { state: string; alert: string; best: string } | undefined;

  /** Sentences by kind; none for the first view. */
  of(view: RunView): [kind: string, sentence: string][] {
    const alert = view.alerts.findLast(({ muted }) => !muted);
    const best = bestFigure(view);
    const now = {
      state: view.state,
      alert: alert ? alertKey(alert) : "",
      best: best ? `${best.value} ${best.step}` : "",
    };
    const before = this.#before;
    this.#before = now;
    if (!before) return [];
    const news: [string, string][] = [];
    if (now.state !== before.state) news.push(["state", `${stateLook(view.state).word}. ${view.cause}`.trim()]);
    if (alert && now.alert !== before.alert) news.push(["alert", alert.message]);
    if (best && now.best !== before.best)
      news.push(["best", t("Best {0} is {1} at step {2}.", best.name, best.value, formatCount(best.step))]);
    return news;
  }
}
