import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import type { RunStore } from "../store/port.ts";
import { isRunId } from "./id.ts";
import type { RunRecord } from "./model.ts";
import { stateWord } from "./state-word.ts";

/** Candidates an error lists, and looks at for their names. */
const MOST_CANDIDATES = 50;

export interface FindOptions {
  /** Which run is meant when several in and out of the trash bear the name: `in` the trash (restore) or `out` of it. */
  trash?: "in" | "out";
}

/**
 * The run a person means: by id, the beginning of an id that no other run shares, a name that no other run bears, or `last`
 * (`@last`), the newest one. Letter case of ids does not count.
 * Throws `run-not-found` or, with the candidates listed, `run-ambiguous`.
 */
export async function findRun(store: RunStore, text: string, options: FindOptions = {}): Promise<RunRecord> {
  if (text === "last" || text === "@last") return newest(store);
  const upper = text.toUpperCase();
  if (isRunId(upper)) {
    const run = await store.get(upper);
    if (run) return run;
  }
  const ids = new Set([...(await store.find(text)), ...(text === upper ? [] : await store.find(upper))]);
  const candidates = (await Promise.all([...ids].slice(0, MOST_CANDIDATES).map((id) => store.get(id)))).filter(
    (run) => run !== undefined,
  );
  const byName = candidates.filter((run) => run.name === text);
  const byId = candidates.filter((run) => run.id.startsWith(upper));
  const matches = byName.length > 0 ? byName : byId;
  const preferred = matches.filter((run) => run.trashed === (options.trash === "in"));
  const [only] = matches.length === 1 ? matches : preferred.length === 1 ? preferred : [];
  if (only) return only;
  if (matches.length > 1) throw ambiguous(text, matches);
  throw notFound(text, candidates);
}

/** The runs a person means, each once, in the order named. */
export async function findRuns(store: RunStore, texts: string[], options: FindOptions = {}): Promise<RunRecord[]> {
  const runs: RunRecord[] = [];
  for (const text of texts) {
    const run = await findRun(store, text, options);
    if (!runs.some((other) => other.id === run.id)) runs.push(run);
  }
  return runs;
}

async function newest(store: RunStore): Promise<RunRecord> {
  const [item] = await store.list({ limit: 1 });
  const run = item && (await store.get(item.id));
  if (run) return run;
  throw new UserError("run-not-found", t("There is no run here yet."), { advice: t("Start one from a config file.") });
}

/** Runs an error names; of more it says how many. */
const SHOWN = 8;

function naming(runs: RunRecord[]): string {
  const names = runs.slice(0, SHOWN).map(({ id, name, state, trashed }) => {
    const word = stateWord(state);
    return trashed ? t("{0} ({1}, {2}, in the trash)", id, name, word) : t("{0} ({1}, {2})", id, name, word);
  });
  return runs.length > SHOWN ? t("{0} and {1} more", names.join(", "), runs.length - SHOWN) : names.join(", ");
}

function ambiguous(text: string, matches: RunRecord[]): UserError {
  return new UserError("run-ambiguous", t("“{0}” names {1} runs: {2}.", text, matches.length, naming(matches)), {
    advice: t("Name one of them by its id."),
  });
}

function notFound(text: string, near: RunRecord[]): UserError {
  return new UserError("run-not-found", t("No run is called “{0}”, and no id begins so.", text), {
    advice: near.length > 0 ? t("Near it: {0}.", naming(near)) : t("The list of runs shows what there is."),
  });
}
