/**
 * What every page and its host say to each other. Validated at both ends: the host trusts no page, and a page shows
 * "not updating" rather than draw what it does not understand.
 *
 * A page asks (`ask` → `reply` or `failed`), does (`do`: a command of the editor) and watches; the host pushes `view`
 * (the page's whole state apart from points) and `points` (what watched series gained). Pushes carry `{generation, seq}`:
 * within a generation seq counts up by one, so a page that misses one sends `resync` and gets a new generation.
 */
import * as v from "valibot";

export const columns = v.custom<Float64Array>((value) => value instanceof Float64Array, "Expected Float64Array");

/** A number as JSON can carry it (`base/numbers.ts`). */
export const jsonNumber = v.union([v.pipe(v.number(), v.finite()), v.picklist(["NaN", "Infinity", "-Infinity"])]);

/** What a watched series gained: columns of equal length, steps not falling. */
export const gained = v.object({
  run: v.string(),
  metric: v.string(),
  steps: columns,
  values: columns,
  /** Epoch milliseconds. */
  timesMs: columns,
});
export type Gained = v.InferOutput<typeof gained>;

/** A series a page wants to hear of. */
export const watched = v.object({ run: v.string(), metric: v.string() });
export type Watched = v.InferOutput<typeof watched>;

/** Page → host; what is asked or to be done is validated by the page's own contract. */
export const fromPage = v.variant("t", [
  /** The page is there and shows nothing yet. Answered by `init`. */
  v.object({ t: v.literal("ready") }),
  v.object({ t: v.literal("ask"), id: v.pipe(v.number(), v.integer()), query: v.string(), args: v.unknown() }),
  /** The answer is no longer wanted. */
  v.object({ t: v.literal("forget"), id: v.number() }),
  v.object({ t: v.literal("do"), action: v.unknown() }),
  /** All series whose gains the page wants, in place of those it named before. */
  v.object({ t: v.literal("watch"), series: v.pipe(v.array(watched), v.maxLength(5000)) }),
  v.object({ t: v.literal("resync") }),
  /** Keeps a small value for the workspace (smoothing); comes back in `init.remembered`. */
  v.object({ t: v.literal("remember"), key: v.pipe(v.string(), v.maxLength(64)), value: v.unknown() }),
  /** Something in the page went wrong: for the log. */
  v.object({ t: v.literal("fault"), message: v.pipe(v.string(), v.maxLength(4000)) }),
]);
export type FromPage = v.InferOutput<typeof fromPage>;

/** A place of a page. Absent parts leave what is shown. */
export const place = v.object({
  /** Name of a tab, as the page knows it (`log`). */
  tab: v.optional(v.string()),
  step: v.optional(v.number()),
  /** Line of the log, 1-based. */
  line: v.optional(v.number()),
});
export type Place = v.InferOutput<typeof place>;

const stamp = { generation: v.number(), seq: v.number() };

/** Host → page. `view` is validated by the page's own contract. */
export const toPage = v.variant("t", [
  v.object({
    t: v.literal("init"),
    ...stamp,
    language: v.string(),
    /** English text → translation. */
    texts: v.record(v.string(), v.string()),
    remembered: v.record(v.string(), v.unknown()),
    view: v.unknown(),
  }),
  v.object({ t: v.literal("view"), ...stamp, view: v.unknown() }),
  v.object({ t: v.literal("points"), ...stamp, points: v.array(gained) }),
  v.object({ t: v.literal("reply"), id: v.number(), value: v.unknown() }),
  v.object({ t: v.literal("failed"), id: v.number(), message: v.string() }),
  /** Something outside the page wants a place of it shown (a tab, a step, a line of the log). */
  v.object({ t: v.literal("go"), to: place }),
  /** Whether the host can read its store; the message says what is wrong. */
  v.object({ t: v.literal("connection"), ok: v.boolean(), message: v.string() }),
]);
export type ToPage = v.InferOutput<typeof toPage>;

/** What one kind of page says beside the envelope. */
export interface PageContract {
  view: v.GenericSchema;
  queries: Record<string, { args: v.GenericSchema; answer: v.GenericSchema }>;
  actions: v.GenericSchema;
}
export type ViewOf<C extends PageContract> = v.InferOutput<C["view"]>;
export type ActionOf<C extends PageContract> = v.InferOutput<C["actions"]>;
export type QueryOf<C extends PageContract> = keyof C["queries"] & string;
export type ArgsOf<C extends PageContract, Q extends QueryOf<C>> = v.InferOutput<C["queries"][Q]["args"]>;
export type AnswerOf<C extends PageContract, Q extends QueryOf<C>> = v.InferOutput<C["queries"][Q]["answer"]>;
