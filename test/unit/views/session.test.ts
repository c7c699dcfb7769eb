import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import type { Gained, PageContract, ToPage, Watched } from "../../../src/messages/envelope.ts";
import { PageSession } from "../../../src/views/session.ts";
import type { PageSource } from "../../../src/views/source.ts";

const contract = {
  view: v.object({ epoch: v.string(), step: v.number() }),
  queries: { double: { args: v.object({ of: v.number() }), answer: v.number() } },
  actions: v.object({ do: v.literal("stop") }),
} as const satisfies PageContract;
type Contract = typeof contract;

/** A source whose state the test sets; it counts what the session asks of it. */
class Source implements PageSource<Contract> {
  state = { epoch: "1", step: 0 };
  problem: Error | undefined;
  changed: (() => void) | undefined;
  begun = 0;
  #pending: Gained[] = [];
  #known = new Set<string>();
  /** Holds answers back until the test lets them go. */
  gate: Promise<void> = Promise.resolve();
  aborted = 0;
  readonly answers = {
    double: async ({ of }: { of: number }, signal: AbortSignal) => {
      signal.addEventListener("abort", () => this.aborted++);
      await this.gate;
      if (of < 0) throw new UserError("negative", "Only what is positive can be doubled.");
      return of * 2;
    },
  };

  async view() {
    if (this.problem) throw this.problem;
    return { ...this.state };
  }
  async gained(series: readonly Watched[]): Promise<Gained[]> {
    const fresh = series.some(({ metric }) => !this.#known.has(metric));
    for (const { metric } of series) this.#known.add(metric);
    if (fresh) this.begun++;
    return fresh ? [] : this.#pending.splice(0);
  }
  restart(): void {
    this.#known.clear();
    this.#pending = [];
  }
  epochOf = ({ epoch }: { epoch: string }) => epoch;
  watch(changed: () => void) {
    this.changed = changed;
    return { dispose: () => (this.changed = undefined) };
  }
  /** The series gains a point and says so. */
  gain(step: number): void {
    const column = Float64Array.of(step);
    this.#pending.push({ run: "r", metric: "m", steps: column, values: column, timesMs: column });
    this.state = { ...this.state, step };
    this.changed?.();
  }
}

let source: Source;
let sent: ToPage[];
let logged: string[];
let acted: unknown[];
let remembered: Record<string, unknown>;
let session: PageSession<Contract>;

beforeEach(() => {
  vi.useFakeTimers();
  source = new Source();
  [sent, logged, acted, remembered] = [[], [], [], { smoothing: 0.9 }];
  session = new PageSession<Contract>({
    contract,
    source,
    actions: { act: async (action) => void acted.push(action) },
    memory: { all: () => remembered, set: (key, value) => void (remembered[key] = value) },
    port: { send: (message) => sent.push(message), log: (message) => logged.push(message) },
  });
});
afterEach(() => {
  session.dispose();
  vi.useRealTimers();
});

const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const ready = async (): Promise<void> => {
  session.receive({ t: "ready" });
  await settle(1000);
};
const taken = (): ToPage[] => sent.splice(0);
const kinds = (): string[] =>
  taken().map((message) => ("seq" in message ? `${message.t} ${message.generation}.${message.seq}` : message.t));

describe("the first state", () => {
  test("comes with language, texts and what is remembered", async () => {
    await ready();
    expect(taken()).toEqual([
      {
        t: "init",
        generation: 1,
        seq: 0,
        language: "en",
        texts: {},
        remembered: { smoothing: 0.9 },
        view: { epoch: "1", step: 0 },
      },
    ]);
  });

  test("comes anew when the page was loaded again, and its old series are no longer watched", async () => {
    await ready();
    session.receive({ t: "watch", series: [{ run: "r", metric: "m" }] });
    await settle();
    taken();
    await ready();
    expect(kinds()).toEqual(["init 2.0"]);
    source.gain(5);
    await settle(1000);
    expect(kinds()).toEqual(["view 2.1"]);
  });
});

describe("what changes", () => {
  const watch = async (): Promise<void> => {
    await ready();
    session.receive({ t: "watch", series: [{ run: "r", metric: "m" }] });
    await settle(1000);
    taken();
  };

  test("points go out at once, the state at most twice a second, numbered without a gap", async () => {
    await watch();
    for (let step = 1; step <= 10; step++) {
      source.gain(step);
      await settle(100);
    }
    const all = taken();
    const numbers = all.map((message) => ("seq" in message ? message.seq : -1));
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
    expect(all.filter(({ t }) => t === "points")).toHaveLength(10);
    expect(all.filter(({ t }) => t === "view").length).toBeLessThanOrEqual(3);
    await settle(1000);
    const last = [...all, ...taken()].findLast(({ t }) => t === "view");
    expect(last).toMatchObject({ view: { step: 10 } });
  });

  test("an unchanged state is not sent, and nothing is timed while nothing changes", async () => {
    await watch();
    source.changed!();
    await settle(2000);
    expect(kinds()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a resume begins a new generation, and series anew", async () => {
    await watch();
    source.state = { epoch: "2", step: 3 };
    const before = source.begun;
    source.changed!();
    await settle(1000);
    expect(kinds()).toEqual(["view 2.0"]);
    expect(source.begun).toBe(before + 1);
    source.gain(4);
    await settle(1000);
    expect(kinds()).toEqual(["points 2.1", "view 2.2"]);
  });

  test("a page that missed something gets everything in a new generation", async () => {
    await watch();
    session.receive({ t: "resync" });
    await settle();
    expect(kinds()).toEqual(["view 2.0"]);
  });
});

describe("a hidden page", () => {
  test("gets nothing and watches nothing; shown again it gets one snapshot", async () => {
    await ready();
    session.receive({ t: "watch", series: [{ run: "r", metric: "m" }] });
    await settle(1000);
    taken();
    session.setVisible(false);
    expect(source.changed).toBeUndefined();
    source.gain(1);
    session.refresh();
    await settle(5000);
    expect(kinds()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    session.setVisible(true);
    await settle();
    expect(kinds()).toEqual(["view 2.0"]);
    expect(source.changed).toBeDefined();
  });

  test("gets the answer to what it asked before when it is shown", async () => {
    await ready();
    let open = (): void => {};
    source.gate = new Promise((done) => (open = done));
    session.receive({ t: "ask", id: 1, query: "double", args: { of: 4 } });
    await settle();
    session.setVisible(false);
    open();
    await settle();
    taken();
    session.setVisible(true);
    expect(taken()).toEqual([{ t: "reply", id: 1, value: 8 }]);
  });
});

describe("questions", () => {
  const ask = async (query: string, args: unknown, id = 7): Promise<ToPage[]> => {
    await ready();
    taken();
    session.receive({ t: "ask", id, query, args });
    await settle();
    return taken();
  };

  test("are answered", async () => expect(await ask("double", { of: 21 })).toEqual([{ t: "reply", id: 7, value: 42 }]));

  test("that cannot be answered fail with the reason", async () =>
    expect(await ask("double", { of: -1 })).toEqual([
      { t: "failed", id: 7, message: "Only what is positive can be doubled." },
    ]));

  test.each([
    ["toString", {}],
    ["double", { of: "four" }],
    ["triple", {}],
  ])("that are none (%s) fail and are logged", async (query, args) => {
    expect(await ask(query, args)).toMatchObject([{ t: "failed", id: 7 }]);
    expect(logged).toHaveLength(1);
  });

  test("that are forgotten are aborted and not answered", async () => {
    await ready();
    source.gate = new Promise(() => {});
    session.receive({ t: "ask", id: 7, query: "double", args: { of: 1 } });
    await settle();
    taken();
    session.receive({ t: "forget", id: 7 });
    await settle();
    expect(source.aborted).toBe(1);
    expect(taken()).toEqual([]);
  });

  test("after a page named its series wait until these have begun", async () => {
    await ready();
    taken();
    const order: string[] = [];
    const gained = source.gained.bind(source);
    source.gained = async (series) => {
      await new Promise((done) => setTimeout(done, 50));
      order.push("begun");
      return gained(series);
    };
    const double = source.answers.double;
    source.answers.double = async (args, signal) => {
      order.push("asked");
      return double(args, signal);
    };
    session.receive({ t: "watch", series: [{ run: "r", metric: "m" }] });
    session.receive({ t: "ask", id: 1, query: "double", args: { of: 1 } });
    await settle(100);
    expect(order).toEqual(["begun", "asked"]);
  });
});

describe("actions", () => {
  test("are carried out; what is none is logged", async () => {
    await ready();
    session.receive({ t: "do", action: { do: "stop" } });
    session.receive({ t: "do", action: { do: "format the disk" } });
    await settle();
    expect(acted).toEqual([{ do: "stop" }]);
    expect(logged).toHaveLength(1);
  });

  test("what is no message is logged and dropped", () => {
    session.receive({ t: "hello" });
    session.receive(null);
    expect(logged).toHaveLength(2);
    expect(sent).toEqual([]);
  });

  test("values are remembered", async () => {
    session.receive({ t: "remember", key: "smoothing", value: 0.5 });
    await settle();
    expect(remembered).toEqual({ smoothing: 0.5 });
  });
});

describe("a store that cannot be read", () => {
  test("is said once, tried again by itself, and followed by a snapshot", async () => {
    await ready();
    taken();
    source.problem = new UserError("store-gone", "The disk is gone.", { advice: "Mount it." });
    source.gain(1);
    await settle(5000);
    expect(taken()).toEqual([{ t: "connection", ok: false, message: "The disk is gone. Mount it." }]);
    source.problem = undefined;
    await settle(2000);
    expect(kinds()).toEqual(["view 2.0", "connection"]);
  });

  test("at the first look keeps the page waiting, with the reason, until it has its first state", async () => {
    source.problem = new Error("locked");
    await ready();
    expect(taken()).toEqual([{ t: "connection", ok: false, message: "locked" }]);
    source.problem = undefined;
    await settle(2000);
    expect(kinds()).toEqual(["init 1.0", "connection"]);
  });
});

describe("a place to show", () => {
  test("waits for the page, and goes to a page that is there at once", async () => {
    session.go({ tab: "log", line: 12 });
    await ready();
    expect(kinds()).toEqual(["init 1.0", "go"]);
    session.go({ tab: "charts", step: 3 });
    expect(taken()).toEqual([{ t: "go", to: { tab: "charts", step: 3 } }]);
  });
});

test("a closed page gets nothing, its questions are aborted, and no timer is left", async () => {
  await ready();
  source.gate = new Promise(() => {});
  session.receive({ t: "ask", id: 1, query: "double", args: { of: 1 } });
  await settle();
  taken();
  session.dispose();
  source.gain(1);
  session.refresh();
  session.receive({ t: "resync" });
  await settle(5000);
  expect(source.aborted).toBe(1);
  expect(source.changed).toBeUndefined();
  expect(taken()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
