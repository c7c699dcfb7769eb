import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { randomNumbers } from "../seeded.ts";
import { makeStoreFolder } from "../run-folder.ts";
import { openRunsToRead, type RunsHome } from "../../../src/runs/open.ts";
import { LEARNING, seedRun, trainSteps, type SeedRun } from "./seed/run.ts";
import { CONFIG_TEXT } from "./seed/surroundings.ts";
import { CHAT, ENTITIES } from "./seed/trainer.ts";

/** A seeded store, open. */
export interface Workspace {
  home: RunsHome;
  /** The runs the page shows, in order. */
  runs: string[];
  baseline?: string;
  readOnly?: string;
  remove(): Promise<void>;
}

interface Scenario {
  title: string;
  page: "run" | "compare";
  make(): Promise<Workspace>;
}

async function open(root: string, runs: string[], more: Partial<Workspace> = {}): Promise<Workspace> {
  writeFileSync(join(dirname(root), "finetune.yaml"), CONFIG_TEXT.replace("max_length: 256", "max_length: 512"));
  // Seeded runs have no processes: putting the states right would end every live one.
  const home = await openRunsToRead(root, { worker: true });
  return {
    home,
    runs,
    ...more,
    async remove() {
      await home.close();
      rmSync(dirname(root), { recursive: true, force: true });
    },
  };
}

/** A workspace with one run shown, and others that stand beside it. */
const single = (title: string, seed: Omit<SeedRun, "seed">, reference = true): Scenario => ({
  title,
  page: "run",
  async make() {
    const { root } = makeStoreFolder();
    const other = seedRun(root, {
      seed: 7,
      name: "deberta-r8-lr2e-4",
      slot: 2,
      endedAgoMs: 4e6,
      learning: { f1: 0.9141 },
    });
    const run = seedRun(root, { seed: 11, ...seed });
    return open(root, [run.id], reference ? { baseline: other.id } : {});
  },
});

const SPIKE = {
  step: 812,
  code: "loss-spike",
  level: "warning" as const,
  message: "Loss spiked ×9 at step 812 (0.187 → 1.69). Gradient norm 14.2, clipped to 1.0. Back to normal at step 818.",
};
const LIVE: Omit<SeedRun, "seed"> = {
  name: "deberta-r16-lr2e-4",
  tags: ["paper"],
  state: "running",
  learning: { done: 846, spikeAt: 812 },
  alerts: [SPIKE],
};
const TRACEBACK = [
  "Traceback (most recent call last):",
  '  File "/home/ada/support-nlp/train.py", line 88, in <module>',
  "    main()",
  '  File "/home/ada/support-nlp/train.py", line 71, in main',
  "    loss.backward()",
  "\u001b[31mtorch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.50 GiB. GPU 0 has a total capacity of 23.64 GiB\u001b[0m",
];
const ODD = `🎛️ שלום <img src=x onerror=alert(1)> __proto__ ${"long name ".repeat(25)}`.slice(0, 300);

/** Live: goes on by itself, a step each `everyMs`. */
function ticking(title: string, everyMs: number): Scenario {
  return {
    title,
    page: "run",
    async make() {
      const { root } = makeStoreFolder();
      const learning = { ...LEARNING, done: 400 };
      const seed: SeedRun = { seed: 11, ...LIVE, learning: { done: 400 }, alerts: [] };
      const run = seedRun(root, seed);
      const random = randomNumbers(5);
      const made = await open(root, [run.id]);
      let step = 400;
      const timer = setInterval(() => {
        if (++step > learning.total) return clearInterval(timer);
        run.timeMs = Date.now() - learning.msPerStep;
        trainSteps(run, step, step, learning, random, seed);
      }, everyMs);
      timer.unref();
      return { ...made, remove: () => (clearInterval(timer), made.remove()) };
    },
  };
}

function compared(title: string, count: number): Scenario {
  return {
    title,
    page: "compare",
    async make() {
      const { root } = makeStoreFolder();
      const models = ["microsoft/deberta-v3-base", "answerdotai/ModernBERT-base", "FacebookAI/roberta-base"];
      const five: Omit<SeedRun, "seed">[] = [
        {
          name: "deberta-r8-lr2e-4",
          slot: 2,
          learning: { f1: 0.9141, msPerStep: 664 },
          config: { "method.r": 8 },
          endedAgoMs: 36e5,
        },
        {
          name: "deberta-r32-lr2e-4",
          slot: 3,
          learning: { f1: 0.9203, msPerStep: 728 },
          config: { "method.r": 32 },
          endedAgoMs: 72e5,
        },
        {
          name: "deberta-r16-lr1e-4",
          slot: 4,
          learning: { f1: 0.9085, msPerStep: 668, learningRate: 1e-4 },
          dirty: false,
          endedAgoMs: 108e5,
        },
        {
          name: "modernbert-r16-lr2e-4",
          slot: 5,
          learning: { f1: 0.9102, msPerStep: 423 },
          config: { "model.name_or_path": models[1], "method.target_modules": ["Wqkv"] },
          commit: "b81d03a7d30aa51c1f0e9f4f2b1c0d9e8f7a6b51",
          dirty: false,
          endedAgoMs: 144e5,
        },
        {
          name: "roberta-r16-lr3e-4",
          slot: 6,
          learning: { f1: 0.9047, msPerStep: 353, learningRate: 3e-4 },
          config: { "model.name_or_path": models[2] },
          commit: "b81d03a7d30aa51c1f0e9f4f2b1c0d9e8f7a6b51",
          dirty: false,
          endedAgoMs: 18e6,
        },
      ];
      const runs = Array.from({ length: count }, (_, index) => {
        const seed = five[index % five.length]!;
        const round = Math.floor(index / five.length);
        const name = round === 0 ? seed.name : `${seed.name}-${round + 1}`;
        return seedRun(root, {
          ...seed,
          seed: index + 1,
          name,
          slot: (index % 12) + 1 + (round === 0 ? 1 : 0) > 12 ? 12 : (index % 12) + (round === 0 ? 2 : 1),
          endedAgoMs: (seed.endedAgoMs ?? 0) + round * 1e6,
        });
      });
      return open(
        root,
        runs.map(({ id }) => id),
        { baseline: runs[0]!.id },
      );
    },
  };
}

/** Every scenario of the harness, by the name in its address. */
export const SCENARIOS: Record<string, Scenario> = {
  live: single("one run at 74 %, as in the mock-up", LIVE),
  ticking: ticking("a run that goes on by itself", 300),
  finished: single("finished", {
    name: "deberta-r32-lr2e-4",
    slot: 3,
    learning: { f1: 0.9203, msPerStep: 728 },
    pins: [380],
    endedAgoMs: 72e5,
  }),
  stopped: single("stopped, can be resumed", {
    name: "bert-r8-lr5e-5",
    state: "stopped",
    cause: "Stopped by user ada.",
    learning: { done: 467 },
  }),
  failed: single("failed: out of memory", {
    name: "qwen3-4b-full-faq",
    state: "failed",
    cause: "CUDA out of memory: tried to allocate 1.50 GiB.",
    learning: { done: 118 },
    output: TRACEBACK,
  }),
  crashed: single("killed by the kernel", {
    name: "qwen3-4b-full-faq",
    state: "crashed",
    cause: "Killed by the kernel: out of memory.",
    learning: { done: 40 },
  }),
  stalled: single("no data for minutes", {
    ...LIVE,
    state: "stalled",
    cause: "No data for 3m; usual gap 2s.",
    endedAgoMs: 18e4,
  }),
  preparing: single("before the first step", { name: "deberta-r64", state: "running", learning: { done: 0 } }),
  nan: single("NaN and spikes", {
    name: "deberta-full-lr5e-4",
    state: "failed",
    cause: "The loss is NaN since step 612.",
    learning: { done: 640, spikeAt: 420, nanFrom: 612 },
    alerts: [
      {
        step: 612,
        code: "nan-loss",
        level: "error",
        message: "Loss is NaN at step 612. Lower learning_rate or clip gradients.",
      },
    ],
  }),
  resumed: single("stopped at 800, resumed from 760", {
    name: "deberta-r16-resumed",
    learning: { done: 1000 },
    state: "running",
    resumedAt: { stoppedAt: 800, from: 760 },
  }),
  cpu: single("no GPU", { name: "spam-1125-120301", state: "running", learning: { done: 300, gpu: false } }, false),
  chat: single(
    "PyTorch: a chat model under QLoRA",
    {
      name: "qwen3-4b-qlora-faq",
      state: "running",
      learning: { done: 846, msPerStep: 1210 },
      config: {
        "checkpoint.metric_for_best_model": "loss",
        "method.type": "qlora",
        "model.name_or_path": "Qwen/Qwen3-4B",
      },
      trainer: CHAT,
    },
    false,
  ),
  entities: single(
    "PyTorch: names in text, on a processor",
    {
      name: "distilbert-entities",
      learning: { gpu: false },
      config: { "checkpoint.metric_for_best_model": "loss", "model.name_or_path": "distilbert-base-cased" },
      trainer: ENTITIES,
      evaluations: [
        {
          step: 1140,
          file: "data/wikipedia-2019-with-a-name-that-is-too-long-for-its-place.jsonl",
          rows: 1,
          metrics: { "eval/loss": 0.3312, "eval/f1_micro": 0.8123, "eval/accuracy": 0.9561 },
          agoMs: 9e6,
        },
        {
          step: 1140,
          file: "data/newspapers.jsonl",
          rows: 1204,
          metrics: {
            "eval/loss": 0.2711,
            "eval/accuracy": 0.9655,
            "eval/precision_micro": 0.8512,
            "eval/recall_micro": 0.8406,
            "eval/f1_micro": 0.8459,
          },
          agoMs: 7e5,
        },
      ],
    },
    false,
  ),
  keras: single(
    "a framework without a trainer",
    { name: "spam-1125-120301", learning: { gpu: false }, config: { "model.framework": "keras" } },
    false,
  ),
  charts: single("300 charts", {
    name: "many-metrics",
    learning: { done: 400 },
    extraMetrics: Array.from(
      { length: 290 },
      (_, index) => `layer.${Math.floor(index / 10)}/weight_norm_${index % 10}`,
    ),
  }),
  names: single("odd names", {
    name: ODD,
    tags: ["🏷️", "<i>tag</i>", "__proto__"],
    cause: "",
    extraMetrics: ["train/__proto__", "train/<b>loss</b>", `train/${"m".repeat(200)}`],
  }),
  compare: compared("five runs, as in the mock-up", 5),
  compare2: compared("two runs", 2),
  compare40: compared("forty runs", 40),
};
