import type { TableEvent } from "../../../../src/journal/events.ts";
import type { RandomNumbers } from "../../seeded.ts";
import type { Learning } from "./curves.ts";

/** What a trainer records beside the usual losses, rates and norms of a step. */
export interface TrainerSeed {
  facts: Record<string, unknown>;
  /** Keys of `environment.json` that differ. */
  environment: Record<string, unknown>;
  train(step: number, learning: Learning, random: RandomNumbers): Record<string, number>;
  evaluate(step: number, learning: Learning): Record<string, number>;
  tables(step: number, learning: Learning): Omit<TableEvent, "timeMs" | "step">[];
}

const GIB = 2 ** 30;
const PACKAGES =
  "accelerate bitsandbytes certifi charset-normalizer datasets filelock fsspec huggingface-hub jinja2 numpy packaging peft pyarrow pyyaml regex requests safetensors tokenizers torch tqdm transformers trl typing-extensions urllib3";

const ENVIRONMENT = {
  python: {
    path: "/home/ada/support-nlp/.venv/bin/python",
    chosenBy: "`.venv` in /home/ada/support-nlp",
    version: "3.12.4",
    manager: "uv",
    torchBuilt: "12.8",
  },
  variables: { OMP_NUM_THREADS: "8", OMP_WAIT_POLICY: "PASSIVE", TOKENIZERS_PARALLELISM: "false" },
  packages: Object.fromEntries(PACKAGES.split(" ").map((name, at) => [name, `${1 + (at % 5)}.${at}.0`])),
};

const facts = (more: Record<string, unknown>): Record<string, unknown> => ({
  backend: "torch 2.13.0+cu128",
  device: "cuda",
  gpu: "NVIDIA GeForce RTX 4090",
  cuda: "12.8",
  threads: 8,
  processes: 1,
  stepsPerEpoch: 380,
  effectiveBatch: 16,
  perDeviceBatch: 4,
  accumulation: 4,
  warmupSteps: 69,
  ...more,
});

const share = (step: number, { total }: Learning): number => 1 - Math.exp((-4.5 * step) / total);
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

const CHATS: [prompt: string, reference: string, learnt: string, before: string][] = [
  [
    "<|user|>\nHow do I move an invoice to another month?<|end|>\n<|assistant|>\n",
    "Open the invoice, choose “Edit date”, and pick a day of the other month. It is numbered anew.",
    "Open the invoice and choose “Edit date”. Pick a day of the other month; the number changes with it.",
    "Invoices invoices are a month of the month of the month of the",
  ],
  [
    "<|user|>\nCan two people use one seat?<|end|>\n<|assistant|>\n",
    "No. A seat belongs to one person, and can be given to another at any time.",
    "No. A seat belongs to one person, and can be given to another at any time.",
    "Yes, the the seat",
  ],
  [
    "<|user|>\n请问怎么导出数据？<|end|>\n<|assistant|>\n",
    "在“设置”中选择“导出”。文件会发送到您的邮箱。",
    "在“设置”里点“导出”，文件会发到您的邮箱。",
    "数据数据",
  ],
];

/** A chat model under QLoRA, in fp16 with a loss scale. */
export const CHAT: TrainerSeed = {
  facts: facts({
    method: "qlora",
    precision: "fp16",
    trainRows: 6080,
    evalRows: 320,
    supervisedTokens: 812_440,
    totalParameters: 4_055_498_240,
    trainableParameters: 33_030_144,
    targetModules: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    modulesToSave: [],
    model: { kind: "qwen3", layers: 36, attention: "sdpa", gradientCheckpointing: true, quantisedLayers: 252 },
  }),
  environment: ENVIRONMENT,
  train: (step, _learning, random) => ({
    "train/tokens_per_second": 3180 + 60 * random.next(),
    "train/loss_scale": 2 ** (step < 40 ? 16 : step < 500 ? 15 : 16),
    "train/peak_memory_allocated": (step < 3 ? 8.1 : 9.4) * GIB,
    "train/peak_memory_reserved": 10.2 * GIB,
  }),
  evaluate(step, learning) {
    const loss = 2.9 - 1.6 * share(step, learning);
    return {
      "eval/loss": loss,
      "eval/perplexity": Math.exp(loss),
      "eval/token_accuracy": 0.41 + 0.28 * share(step, learning),
    };
  },
  tables: (step, learning) => [
    {
      t: "table",
      name: "eval/samples",
      columns: ["prompt", "reference", "generated", "file", "row"],
      rows: CHATS.map(([prompt, reference, learnt, before], at) => [
        prompt,
        reference,
        share(step, learning) > 0.5 ? learnt : before,
        "data/faq.jsonl",
        at * 40 + 3,
      ]),
    },
  ],
};

const SENTENCES: [text: string, spans: string, learnt: string, wrong: number][] = [
  [
    "Ada Lovelace met Charles Babbage in London .",
    "Ada Lovelace (PER), Charles Babbage (PER), London (LOC)",
    "Ada Lovelace (PER), Charles (PER), London (LOC)",
    2,
  ],
  [
    "Delta Rail opened a line to Kraków on Tuesday .",
    "Delta Rail (ORG), Kraków (LOC), Tuesday (DATE)",
    "Delta Rail (ORG), Kraków (LOC), Tuesday (DATE)",
    0,
  ],
  ["Nobody answered the telephone .", "", "", 0],
];

/** Names in sentences, found by an encoder on a processor. */
export const ENTITIES: TrainerSeed = {
  facts: facts({
    method: "lora",
    precision: "fp32",
    backend: "torch 2.13.0+cpu",
    device: "cpu",
    gpu: undefined,
    cuda: undefined,
    trainRows: 6080,
    evalRows: 320,
    classes: 9,
    totalParameters: 66_371_337,
    trainableParameters: 302_601,
    targetModules: ["q_lin", "v_lin"],
    modulesToSave: ["classifier"],
  }),
  environment: { ...ENVIRONMENT, python: { ...ENVIRONMENT.python, torchBuilt: null, chosenBy: "`hardware.python`" } },
  train: (_step, _learning, random) => ({ "train/tokens_per_second": 640 + 20 * random.next() }),
  evaluate: (step, learning) => ({
    "eval/loss": 0.9 - 0.7 * share(step, learning),
    "eval/accuracy": 0.8 + 0.18 * share(step, learning),
    "eval/f1_micro": 0.2 + 0.7 * share(step, learning),
  }),
  tables: (step, learning) => [
    {
      t: "table",
      name: "eval/report",
      columns: ["label", "precision", "recall", "f1", "support"],
      rows: ["DATE", "LOC", "ORG", "PER"].map((label, at) => {
        const [precision, recall] = [0.7 + 0.05 * at, 0.6 + 0.08 * at].map((most) => most * share(step, learning));
        return [label, precision!, recall!, (2 * precision! * recall!) / (precision! + recall!), 40 + 7 * at];
      }),
    },
    {
      t: "table",
      name: "eval/samples",
      columns: ["text", "label", "prediction", "wrong", "p(prediction)", "file", "row"],
      rows: SENTENCES.map(([text, spans, found, wrong], at) => [
        text,
        spans,
        found,
        wrong,
        rounded(0.83 + 0.05 * at),
        "data/eval.jsonl",
        at + 1,
      ]),
    },
  ],
};
