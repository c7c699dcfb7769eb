/** The page's store of curve data: asked for by what is visible, grown by what arrives. */
import type { Gained, Watched } from "../../src/messages/envelope.ts";
import type { PageBuckets, PageClock, PageSeriesQuery } from "../../src/messages/series.ts";
import { StepClock } from "./clock.ts";
import { Curve } from "./curve.ts";

/** Where curves come from: the page's `Host`, or a test. */
export interface CurveSource {
  series(series: PageSeriesQuery[]): Promise<PageBuckets[]>;
  clock(run: string): Promise<PageClock>;
  watch(series: Watched[]): void;
}

/** What a chart needs of one series. */
export interface CurveWish {
  run: string;
  metric: string;
  part?: "counting" | "abandoned";
  /** Steps shown; absent = the whole curve. */
  range?: { from: number; to: number };
  /** Width of the plot in CSS pixels. */
  pixels: number;
}

export interface CurveConsumer {
  /** Called before each ask: what is needed now. Empty while the chart is out of sight. */
  wishes(): readonly CurveWish[];
  /** Runs whose clock is needed. */
  clocks(): readonly string[];
  /** Something of what it wants has changed. */
  changed(): void;
  /** An ask failed: the sentence. Undefined when it went well again. */
  failed(message: string | undefined): void;
}

interface Entry {
  key: string;
  wish: CurveWish;
  buckets: number;
  curve: Curve | undefined;
  /** Points that came while the answer was under way. */
  waiting: { steps: Float64Array; values: Float64Array }[];
  /** `failed` waits for `retry`. */
  state: "wanted" | "asked" | "there" | "stale" | "failed";
  /** Number of its newest question: an answer to an earlier one is dropped. */
  asked: number;
  usedAt: number;
}

/** Curves kept that no visible chart needs; the longest unused go first. */
const SPARE_CURVES = 100;
const MAX_BUCKETS = 8192;
/** A query message takes at most 2,000 series. */
const MAX_QUERIES = 500;
/** Buckets are asked for in steps of this, so that a small change of width asks for nothing. */
const PIXEL_STEP = 64;

const seriesKey = ({ run, metric, part }: Pick<CurveWish, "run" | "metric" | "part">): string =>
  `${run}\n${metric}\n${part ?? "counting"}`;
const keyOf = (wish: CurveWish): string =>
  `${seriesKey(wish)}\n${wish.range ? `${wish.range.from} ${wish.range.to}` : ""}`;

export class Curves {
  readonly #source: CurveSource;
  readonly #consumers = new Set<CurveConsumer>();
  readonly #entries = new Map<string, Entry>();
  /** The curve last drawn of each series, shown until what is wanted has come. */
  readonly #last = new Map<string, Entry>();
  readonly #clocks = new Map<string, { clock: StepClock | undefined; state: Entry["state"] }>();
  readonly #live = new Set<string>();
  #watched = "";
  #tick = 0;
  #serial = 0;
  #scheduled: ReturnType<typeof setTimeout> | undefined;
  #isUrgent = false;

  constructor(source: CurveSource) {
    this.#source = source;
  }

  /** Takes a chart on; it is asked what it needs. Call `update` when that changes. @returns the end of that */
  add(consumer: CurveConsumer): () => void {
    this.#consumers.add(consumer);
    this.update();
    return () => {
      this.#consumers.delete(consumer);
      this.update();
    };
  }

  /** Has every chart's wishes read again, once for all calls of a turn; `atOnce`: before anything else is done. */
  update(atOnce = false): void {
    if (atOnce && !this.#isUrgent) {
      this.#isUrgent = true;
      queueMicrotask(() => this.#update());
    }
    if (this.#scheduled !== undefined) return;
    this.#scheduled = setTimeout(() => this.#update(), 0);
  }

  #update(): void {
    clearTimeout(this.#scheduled);
    this.#scheduled = undefined;
    this.#isUrgent = false;
    this.#flush();
  }

  /** The best there is for a wish: the very stretch, else what was drawn before. */
  curve(wish: CurveWish): Curve | undefined {
    const exact = this.#entries.get(keyOf(wish));
    if (exact?.curve) return exact.curve;
    return this.#last.get(seriesKey(wish))?.curve ?? this.#entries.get(`${seriesKey(wish)}\n`)?.curve;
  }

  /** Whether the whole curve is there point by point; undefined while its overview has not come. */
  isWhole(series: Pick<CurveWish, "run" | "metric" | "part">): boolean | undefined {
    return this.#entries.get(`${seriesKey(series)}\n`)?.curve?.isWhole;
  }

  clock(run: string): StepClock | undefined {
    return this.#clocks.get(run)?.clock;
  }

  /** Says which runs are live: only their series are watched, and one that ended is read once more. */
  setLive(runs: Iterable<string>): void {
    const live = new Set(runs);
    const changed = [...live, ...this.#live].filter((run) => live.has(run) !== this.#live.has(run));
    if (changed.length === 0) return;
    this.#live.clear();
    for (const run of live) this.#live.add(run);
    for (const entry of this.#entries.values()) if (changed.includes(entry.wish.run)) markStale(entry);
    for (const [run, known] of this.#clocks) if (changed.includes(run)) known.state = "stale";
    this.update();
  }

  /** Takes what watched series gained. */
  points(gained: readonly Gained[]): void {
    let isClockGrown = false;
    for (const { run, metric, steps, values, timesMs } of gained) {
      for (const entry of this.#entries.values()) {
        const { wish } = entry;
        if (wish.run !== run || wish.metric !== metric || wish.part === "abandoned") continue;
        if (entry.state === "asked") entry.waiting.push({ steps, values });
        else if (entry.curve) this.#grow(entry, steps, values);
      }
      const known = this.#clocks.get(run);
      if (known?.clock && metric.startsWith("train/")) {
        known.clock.append(steps, timesMs);
        isClockGrown = true;
      } else if (known && !known.clock && known.state === "there") known.state = "stale";
    }
    const touched = new Set(gained.map(({ run, metric }) => `${run}\n${metric}`));
    for (const consumer of this.#consumers) {
      const isTouched =
        consumer.wishes().some(({ run, metric }) => touched.has(`${run}\n${metric}`)) ||
        (isClockGrown && consumer.clocks().some((run) => gained.some((one) => one.run === run)));
      if (isTouched) consumer.changed();
    }
  }

  /** Everything is asked for anew (a resume, a missed message); what is drawn stays until the answers. */
  refresh(): void {
    for (const entry of this.#entries.values()) markStale(entry);
    for (const known of this.#clocks.values()) known.state = "stale";
    this.#watched = "";
    this.update();
  }

  /** Asks again for what failed. */
  retry(): void {
    for (const entry of this.#entries.values()) if (entry.state === "failed") markStale(entry);
    for (const known of this.#clocks.values()) if (known.state === "failed") known.state = "stale";
    this.update();
  }

  #grow(entry: Entry, steps: Float64Array, values: Float64Array): void {
    const { curve, wish } = entry;
    if (!curve) return;
    curve.append(steps, values, wish.range?.to);
    if (curve.length > entry.buckets * 2) {
      markStale(entry);
      this.update();
    }
  }

  #flush(): void {
    const tick = ++this.#tick;
    const needed = new Map<string, Entry>();
    const clocks = new Set<string>();
    for (const consumer of this.#consumers) {
      for (const wish of consumer.wishes()) {
        const entry = this.#want(wish);
        entry.usedAt = tick;
        needed.set(entry.key, entry);
      }
      for (const run of consumer.clocks()) clocks.add(run);
    }
    this.#watch([...needed.values()], clocks);
    const asking = [...needed.values()].filter(({ state }) => state === "wanted" || state === "stale");
    for (let at = 0; at < asking.length; at += MAX_QUERIES) void this.#ask(asking.slice(at, at + MAX_QUERIES));
    for (const run of clocks) void this.#askClock(run);
    this.#forget(tick);
  }

  #want(wish: CurveWish): Entry {
    const key = keyOf(wish);
    const pixels = Math.ceil(Math.max(1, wish.pixels) / PIXEL_STEP) * PIXEL_STEP;
    const buckets = Math.min(MAX_BUCKETS, 2 * pixels);
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { key, wish, buckets, curve: undefined, waiting: [], state: "wanted", asked: 0, usedAt: 0 };
      this.#entries.set(key, entry);
    } else if (buckets > entry.buckets) {
      entry.buckets = buckets;
      markStale(entry);
    }
    return entry;
  }

  /** Watching comes before asking, so that nothing falls between answer and gains. */
  #watch(entries: readonly Entry[], clocks: ReadonlySet<string>): void {
    const series = new Map<string, Watched>();
    const add = (run: string, metric: string): void => {
      if (this.#live.has(run)) series.set(`${run}\n${metric}`, { run, metric });
    };
    for (const { wish } of entries) if (wish.part !== "abandoned") add(wish.run, wish.metric);
    for (const run of clocks)
      if (![...series.keys()].some((key) => key.startsWith(`${run}\ntrain/`))) add(run, "train/loss");
    const text = [...series.keys()].sort().join("\n\n");
    if (text === this.#watched) return;
    const before = new Set(this.#watched.split("\n\n"));
    this.#watched = text;
    // A series that was not watched for a while has a gap.
    for (const entry of this.#entries.values())
      if (entry.state === "there" && this.#live.has(entry.wish.run) && !before.has(watchKey(entry))) markStale(entry);
    this.#source.watch([...series.values()]);
  }

  async #ask(entries: Entry[]): Promise<void> {
    const serial = ++this.#serial;
    for (const entry of entries) {
      entry.state = "asked";
      entry.asked = serial;
      entry.waiting = [];
    }
    const current = (entry: Entry): boolean => entry.asked === serial;
    try {
      const answers = await this.#source.series(entries.map(queryOf));
      entries.forEach((entry, index) => current(entry) && this.#take(entry, answers[index]!));
      this.#tell(entries, undefined);
    } catch (error) {
      for (const entry of entries) if (current(entry) && entry.state === "asked") entry.state = "failed";
      this.#tell(entries, error instanceof Error ? error.message : String(error));
    }
  }

  #take(entry: Entry, answer: PageBuckets): void {
    const curve = new Curve(answer);
    curve.version = (entry.curve?.version ?? 0) + 1;
    for (const { steps, values } of entry.waiting) curve.append(steps, values, entry.wish.range?.to);
    entry.waiting = [];
    entry.curve = curve;
    // A refresh during the question leaves the entry stale: it is asked again.
    if (entry.state === "asked") entry.state = "there";
    this.#last.set(seriesKey(entry.wish), entry);
  }

  async #askClock(run: string): Promise<void> {
    const known = this.#clocks.get(run) ?? { clock: undefined, state: "wanted" as const };
    this.#clocks.set(run, known);
    if (known.state !== "wanted" && known.state !== "stale") return;
    known.state = "asked";
    try {
      known.clock = new StepClock(await this.#source.clock(run));
      known.state = "there";
      for (const consumer of this.#consumers) if (consumer.clocks().includes(run)) consumer.changed();
    } catch (error) {
      known.state = "failed";
      const message = error instanceof Error ? error.message : String(error);
      for (const consumer of this.#consumers) if (consumer.clocks().includes(run)) consumer.failed(message);
    }
  }

  #tell(entries: readonly Entry[], problem: string | undefined): void {
    const keys = new Set(entries.map(({ key }) => key));
    for (const consumer of this.#consumers) {
      if (!consumer.wishes().some((wish) => keys.has(keyOf(wish)))) continue;
      consumer.failed(problem);
      consumer.changed();
    }
    if (problem === undefined && entries.some(({ state }) => state === "stale")) this.update();
  }

  /** Drops curves no chart has needed for a while. */
  #forget(tick: number): void {
    const spare = [...this.#entries.values()].filter(({ usedAt, state }) => usedAt < tick && state !== "asked");
    if (spare.length <= SPARE_CURVES) return;
    spare.sort((a, b) => a.usedAt - b.usedAt);
    for (const entry of spare.slice(0, spare.length - SPARE_CURVES)) {
      this.#entries.delete(entry.key);
      if (this.#last.get(seriesKey(entry.wish)) === entry) this.#last.delete(seriesKey(entry.wish));
    }
  }
}

const markStale = (entry: Entry): void => void (entry.state = "stale");

const watchKey = ({ wish }: Entry): string => `${wish.run}\n${wish.metric}`;

const queryOf = ({ wish, buckets }: Entry): PageSeriesQuery => ({
  run: wish.run,
  metric: wish.metric,
  buckets,
  ...(wish.range ? { from: wish.range.from, to: wish.range.to } : {}),
  ...(wish.part === undefined ? {} : { part: wish.part }),
});
