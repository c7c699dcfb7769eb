import type {
  AnswerOf,
  ActionOf,
  ArgsOf,
  Gained,
  PageContract,
  QueryOf,
  ViewOf,
  Watched,
} from "../messages/envelope.ts";

export interface Disposable {
  dispose(): void;
}

/** What a page's host knows: the state it shows, answers to its questions, and what its watched series gain. */
export interface PageSource<C extends PageContract> {
  /** The page's whole state apart from points. Throws a `UserError` when the store cannot be read. */
  view(): Promise<ViewOf<C>>;
  /** One handler a query; the signal aborts when the page no longer wants the answer. */
  readonly answers: { [Q in QueryOf<C>]: (args: ArgsOf<C, Q>, signal: AbortSignal) => Promise<AnswerOf<C, Q>> };
  /** Points that the series gained since the last call for them; the first call for a series gives none. */
  gained(series: readonly Watched[]): Promise<Gained[]>;
  /** Forgets where the series stood: for each, the next call of `gained` is the first again. */
  restart(): void;
  /**
   * Identity of what came before: as long as it stays, series only grow. A resume that cut a tail changes it, and the page
   * has to ask for its curves anew.
   */
  epochOf(view: ViewOf<C>): string;
  /** Calls back when the view may have changed or series may have grown. */
  watch(changed: () => void): Disposable;
}

/** Carries out what pages ask for: the editor's commands, or a harness. */
export interface PageActions<C extends PageContract> {
  act(action: ActionOf<C>): Promise<void>;
}

/** Small values kept for the workspace. */
export interface PageMemory {
  all(): Record<string, unknown>;
  set(key: string, value: unknown): void;
}
