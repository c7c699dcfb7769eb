import { t } from "../base/l10n.ts";
import { TIERS, type Tier } from "../config/checks/check.ts";
import { information, placeless, type Diagnostic } from "../config/diagnostic.ts";
import { checkSweep } from "../config/sweep/check-sweep.ts";
import { checkParsed } from "../config/validate.ts";
import { uncheckedFindings } from "../config/unchecked.ts";
import { carriedOver } from "./carry.ts";
import type { ConfigDocument } from "./document.ts";
import { LARGE_CHARACTERS, PAUSE_MS } from "./limits.ts";

type ByTier = Partial<Record<Tier, readonly Diagnostic[]>>;

/** What is known of an open document. */
interface State {
  document: ConfigDocument;
  /** What the text of this version says. */
  text: readonly Diagnostic[];
  /** What slower tiers found: of this version, or carried over from the last. */
  slow: ByTier;
  /** What could not be checked, and why. */
  unchecked: readonly Diagnostic[];
  /** What is published of this version, as JSON: it is not published twice. */
  shown: string | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Aborts the check that is being made. */
  running: AbortController | undefined;
}

/** What a check of all tiers is given beside its document. */
interface SlowCheck {
  signal?: AbortSignal;
  begins?: (document: ConfigDocument) => void;
  onTier?: (tier: Tier, diagnostics: readonly Diagnostic[]) => void;
}

export interface CheckerOptions {
  /** Shows what is known of a version; called again with each tier. */
  publish: (document: ConfigDocument, diagnostics: readonly Diagnostic[]) => void;
  /** Data, model and machine are about to be looked at: what changes from now on has to be looked at again. */
  begins: (document: ConfigDocument) => void;
  /** All tiers of a version are done. */
  done: (document: ConfigDocument) => void;
  report: (error: unknown) => void;
}

/**
 * Checks open documents: what the text says at once, then, when typing pauses, data, model and machine, each shown as it comes.
 * A change aborts what is being looked at; what was found before stays at its places until it is looked for again.
 */
export class Checker {
  readonly #options: CheckerOptions;
  readonly #states = new Map<string, State>();

  constructor(options: CheckerOptions) {
    this.#options = options;
  }

  /** A document was opened or changed. Resolves when what its text says is published. */
  async changed(document: ConfigDocument): Promise<void> {
    const last = this.#states.get(document.uri);
    if (last) stop(last);
    const moved = (found: readonly Diagnostic[]): readonly Diagnostic[] =>
      last ? carriedOver(found, last.document.text, document.text) : [];
    const slow = mapTiers(last?.slow ?? {}, (tier) => moved(last?.slow[tier] ?? []));
    const unchecked = moved(last?.unchecked ?? []);
    const text = moved(last?.text ?? []);
    const state: State = { document, text, slow, unchecked, shown: undefined, timer: undefined, running: undefined };
    this.#states.set(document.uri, state);
    if (document.isTooLarge) {
      state.text = [tooLarge()];
      state.slow = {};
      state.unchecked = [];
      this.#publish(state);
      return;
    }
    if (document.text.length <= LARGE_CHARACTERS) await this.#checkText(state);
    state.timer = setTimeout(() => void this.#checkAll(state), last ? PAUSE_MS : 0);
  }

  /** Looks again at everything but the text: a file that a config names changed. */
  again(uri: string): void {
    const state = this.#states.get(uri);
    if (!state || state.document.isTooLarge) return;
    stop(state);
    state.document.forgetFacts();
    state.timer = setTimeout(() => void this.#checkAll(state), PAUSE_MS);
  }

  closed(uri: string): void {
    const state = this.#states.get(uri);
    if (state) stop(state);
    this.#states.delete(uri);
  }

  /** What is shown of a document. */
  shown(uri: string): readonly Diagnostic[] {
    const state = this.#states.get(uri);
    return state ? everything(state) : [];
  }

  dispose(): void {
    for (const uri of this.#states.keys()) this.closed(uri);
  }

  async #checkText(state: State): Promise<void> {
    const found = await this.#check(state, ["text"]);
    if (!found || state.document.signal.aborted) return;
    state.text = found.diagnostics;
    this.#publish(state);
  }

  async #checkAll(state: State): Promise<void> {
    const running = new AbortController();
    state.running = running;
    const signal = AbortSignal.any([running.signal, state.document.signal]);
    const found = await this.#check(state, TIERS, {
      signal,
      begins: this.#options.begins,
      onTier: (tier, diagnostics) => {
        if (signal.aborted) return;
        if (tier === "text") return;
        state.slow = { ...state.slow, [tier]: diagnostics };
        this.#publish(state);
      },
    });
    if (!found || signal.aborted) return;
    state.slow = mapTiers(state.slow, (tier) => found.diagnostics.filter(isAmong(state.slow[tier] ?? [])));
    const isSlow = isAmong(Object.values(state.slow).flat());
    state.text = found.diagnostics.filter((one) => !isSlow(one));
    state.unchecked = uncheckedFindings(found.skipped).map(state.document.parsed.place);
    this.#publish(state);
    this.#options.done(state.document);
  }

  /** Undefined when it was aborted, or failed in itself: then it is said, once, in the document. */
  async #check(
    { document }: State,
    tiers: readonly Tier[],
    { begins, ...more }: SlowCheck = {},
  ): Promise<{ diagnostics: readonly Diagnostic[]; skipped: readonly { id: string; reason: string }[] } | undefined> {
    try {
      const { parsed, env, history } = document;
      begins?.(document);
      const options = { env, tiers, signal: document.signal, ...more };
      if (document.kind === "sweep") return await checkSweep(parsed, { ...options, history });
      // The facts that hovers and hints ask too; they know of earlier runs.
      const { facts } = document.assist;
      const { report } = await checkParsed(parsed, { ...options, ...(facts ? { facts } : {}) });
      return report;
    } catch (error) {
      if (document.signal.aborted || more.signal?.aborted) return undefined;
      this.#options.report(error);
      return { diagnostics: [notChecked()], skipped: [] };
    }
  }

  #publish(state: State): void {
    const found = everything(state);
    const shown = JSON.stringify(found);
    if (shown === state.shown) return;
    state.shown = shown;
    this.#options.publish(state.document, found);
  }
}

function everything({ text, slow, unchecked }: State): Diagnostic[] {
  const seen = new Set<string>();
  const found = [...text, ...TIERS.flatMap((tier) => slow[tier] ?? []), ...unchecked];
  return found.filter((one) => !seen.has(identity(one)) && seen.add(identity(one)));
}

/** Stops what is planned or being made for a version. */
function stop(state: State): void {
  clearTimeout(state.timer);
  state.running?.abort();
}

const mapTiers = (slow: ByTier, map: (tier: Tier) => readonly Diagnostic[]): ByTier =>
  Object.fromEntries(Object.keys(slow).map((tier) => [tier, map(tier as Tier)]));

function isAmong(found: readonly Diagnostic[]): (one: Diagnostic) => boolean {
  const all = new Set(found.map(identity));
  return (one) => all.has(identity(one));
}

const identity = ({ id, line, column, message }: Diagnostic): string => JSON.stringify([id, line, column, message]);

const tooLarge = (): Diagnostic =>
  placeless(
    information(
      "C00",
      [],
      t("The file is too large to be checked while typing. `tuning-fork validate` and the start of a run check it."),
    ),
  );

const notChecked = (): Diagnostic =>
  placeless(
    information("C00", [], t("The file could not be checked. The output “Tuning Fork Language Server” says why.")),
  );
