import { InvalidArgumentError } from "commander";
import { t } from "../base/l10n.ts";
import { TIERS, type Tier } from "../config/checks/check.ts";
import { METRICS_OF_TASK } from "../config/metrics.ts";
import type { CommandModule } from "./context.ts";

/** One command: how it is called, what it says of itself, and the module that does it (loaded only when called). */
export interface Command {
  name: string;
  summary: string;
  /** `[syntax, description]`, syntax as Commander writes it (`<run>`, `<file...>`). */
  arguments?: [string, string][];
  options?: Option[];
  /** Shown below the help. */
  examples?: string[];
  load(): Promise<CommandModule<never>>;
}

/** `[flags, description, parse?, default?]`. */
export type Option = [string, string, (((text: string, before: unknown) => unknown) | undefined)?, unknown?];

// Functions, because the language is chosen only when the program has begun.
const oneRun = (): [string, string] => ["<run>", t("id, beginning of an id, name, or “last”")];
const someRuns = (): [string, string] => ["<run...>", t("ids, beginnings of ids, names, or “last”")];

const integer = (text: string): number => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError(t("It takes a whole number."));
};
const positive = (text: string): number => {
  const value = integer(text);
  if (value > 0) return value;
  throw new InvalidArgumentError(t("It takes a whole number above 0."));
};
const seconds = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError(t("It takes a number of seconds above 0."));
};
const choice =
  (...values: string[]) =>
  (text: string): string => {
    if (values.includes(text)) return text;
    throw new InvalidArgumentError(t("It takes one of: {0}.", values.join(", ")));
  };
const tiers = (text: string): Tier[] => {
  const names = text.split(",").map((name) => name.trim());
  const known = names.filter((name): name is Tier => TIERS.some((tier) => tier === name));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(t("It takes some of: {0}, with commas between them.", TIERS.join(", ")));
};
const collect = (text: string, before: unknown): string[] => [...(before as string[]), text];

const set = (): Option => ["--set <key=value>", t("set a key of the config, again for more keys"), collect, []];
const name = (): Option => ["--name <name>", t("name of the run")];
const wait = (): Option => ["--wait", t("follow the run to its end; not 0 unless it finished")];

const checkpoint = (): Option => [
  "--checkpoint <step>",
  t("step of the checkpoint, “best” or “last”"),
  undefined,
  "best",
];

const out = (): Option => ["--out <file>", t("config to write; one that is there is never replaced")];

/** All commands, in the order of the help. A new command is a file in `commands/` and an entry here. */
export const commands = (): Command[] => [
  {
    name: "start",
    summary: t("start a fine-tune from a config file"),
    arguments: [["<config>", t("finetune.yaml or *.finetune.yaml")]],
    options: [set(), name(), wait()],
    examples: ["start finetune.yaml --wait", "start finetune.yaml --set train.learning_rate=3e-5 --name slower"],
    load: () => import("./commands/start.ts"),
  },
  {
    name: "list",
    summary: t("list runs, newest first"),
    options: [
      ["--filter <expression>", t("only runs that match, such as state:finished or eval/loss<0.3")],
      ["--limit <count>", t("at most this many"), positive, 20],
      ["--all", t("every run, without a limit")],
      ["--trashed", t("runs in the trash instead")],
    ],
    load: () => import("./commands/list.ts"),
  },
  {
    name: "show",
    summary: t("show one run: state, progress, metrics, checkpoints"),
    arguments: [oneRun()],
    options: [["-f, --follow", t("show its progress until it ends; not 0 unless it finished")]],
    load: () => import("./commands/show.ts"),
  },
  {
    name: "metrics",
    summary: t("list a run's metrics, or print the points of one"),
    arguments: [oneRun(), ["[name]", t("metric such as train/loss")]],
    options: [
      ["--points <count>", t("at most this many buckets instead of every point"), positive],
      ["--from <step>", t("first step"), integer],
      ["--to <step>", t("last step"), integer],
    ],
    load: () => import("./commands/metrics.ts"),
  },
  {
    name: "log",
    summary: t("print what the trainer wrote"),
    arguments: [oneRun()],
    options: [["-f, --follow", t("go on until the run ends")]],
    load: () => import("./commands/log.ts"),
  },
  {
    name: "stop",
    summary: t("stop a run at its next step, with a checkpoint"),
    arguments: [oneRun()],
    options: [
      ["--force", t("do not wait for the checkpoint: end the processes now")],
      ["--no-wait", t("ask and return at once")],
      ["--timeout <seconds>", t("give up waiting after this time"), seconds, 120],
    ],
    load: () => import("./commands/stop.ts"),
  },
  {
    name: "resume",
    summary: t("go on with a stopped, failed, crashed or lost run from its last checkpoint"),
    arguments: [oneRun()],
    options: [wait()],
    load: () => import("./commands/resume.ts"),
  },
  {
    name: "fork",
    summary: t("start a new run from a checkpoint of another"),
    arguments: [oneRun()],
    options: [["--at <step>", t("step of the checkpoint, “best” or “last”"), undefined, "last"], set(), name(), wait()],
    examples: ["fork last --at best --set train.learning_rate=1e-5"],
    load: () => import("./commands/fork.ts"),
  },
  {
    name: "evaluate",
    summary: t("judge a checkpoint by the rows of another file, and keep the result with the run"),
    arguments: [oneRun()],
    options: [checkpoint(), ["--data <file>", t("CSV, TSV, JSONL or Parquet with the columns of the run's own data")]],
    examples: ["evaluate last --checkpoint best --data data/test.csv"],
    load: () => import("./commands/evaluate.ts"),
  },
  {
    name: "predict",
    summary: t("give texts to a checkpoint: classes, entities, continuations or similarities"),
    arguments: [
      oneRun(),
      ["[text...]", t("texts; to an embedding at least two, the first is compared with the others")],
    ],
    options: [checkpoint(), ["--stdin", t("read the texts from standard input, one a line")]],
    examples: ['predict last "Free money, click here"', "predict last --checkpoint best --stdin --json < texts.txt"],
    load: () => import("./commands/predict.ts"),
  },
  {
    name: "compare",
    summary: t("compare runs: config, environment and final metrics"),
    arguments: [someRuns()],
    load: () => import("./commands/compare.ts"),
  },
  {
    name: "new",
    summary: t("write a config for a data file, with what is recommended here"),
    arguments: [["[data-file]", t("CSV, TSV, JSONL or Parquet; the only one here when left out")]],
    options: [
      [
        "--task <task>",
        t("task, where the columns do not tell it"),
        choice(...Object.keys(METRICS_OF_TASK).filter((task) => task !== "script")),
      ],
      ["--model <model>", t("folder, id of the Hugging Face hub, or built-in model")],
      ["--method <method>", t("full, freeze, lora or qlora"), choice("full", "freeze", "lora", "qlora")],
      out(),
    ],
    examples: ["new data/train.csv", "new chat.jsonl --model Qwen/Qwen3-0.6B --method lora --out chat.finetune.yaml"],
    load: () => import("./commands/new.ts"),
  },
  {
    name: "import",
    summary: t("write a config from one of LLaMA-Factory, axolotl, TRL, torchtune, AutoTrain or TrainingArguments"),
    arguments: [["<file>", t("YAML or JSON config of another tool")]],
    options: [out()],
    examples: ["import axolotl.yml", "import training_args.json --out bert.finetune.yaml"],
    load: () => import("./commands/import.ts"),
  },
  {
    name: "validate",
    summary: t("check config files without starting anything"),
    arguments: [["<file...>", t("config files")]],
    options: [
      ["--fix", t("make every fix that has one right answer, and check what comes of it")],
      ["--tiers <tiers>", t("what to look at: text, files, model, machine (default: all)"), tiers],
    ],
    examples: ["validate finetune.yaml --fix", "validate *.finetune.yaml --tiers text,files --json"],
    load: () => import("./commands/validate.ts"),
  },
  {
    name: "smoke",
    summary: t("try a config: two steps, an evaluation, a save and a reload"),
    arguments: [["<config>", t("finetune.yaml or *.finetune.yaml")]],
    options: [set()],
    load: () => import("./commands/smoke.ts"),
  },
  {
    name: "estimate",
    summary: t("estimate steps, time, memory and disk of a config"),
    arguments: [["<config>", t("finetune.yaml or *.finetune.yaml")]],
    options: [set()],
    examples: ["estimate finetune.yaml --set train.per_device_train_batch_size=4"],
    load: () => import("./commands/estimate.ts"),
  },
  {
    name: "export",
    summary: t("write a run's record and all its points to a file"),
    arguments: [oneRun()],
    options: [
      ["--format <format>", t("json or csv"), choice("json", "csv"), "json"],
      ["--out <file>", t("file to write, “-” for standard output; default <name>.<format>")],
      ["--force", t("replace an existing file")],
    ],
    load: () => import("./commands/export.ts"),
  },
  {
    name: "tag",
    summary: t("add tags to a run or remove them"),
    arguments: [oneRun(), ["[tag...]", t("tags to add")]],
    options: [["--remove <tag>", t("tag to remove, again for more"), collect, []]],
    load: () => import("./commands/tag.ts"),
  },
  {
    name: "note",
    summary: t("write a run's note; an empty text removes it"),
    arguments: [oneRun(), ["<text>", t("the note")]],
    load: () => import("./commands/note.ts"),
  },
  {
    name: "star",
    summary: t("star a run"),
    arguments: [oneRun()],
    options: [["--remove", t("take the star away")]],
    load: () => import("./commands/star.ts"),
  },
  {
    name: "rename",
    summary: t("give a run another name"),
    arguments: [oneRun(), ["<name>", t("the new name")]],
    load: () => import("./commands/rename.ts"),
  },
  {
    name: "delete",
    summary: t("move runs to the trash, or remove them for good"),
    arguments: [someRuns()],
    options: [
      ["--permanently", t("remove the runs' folders; cannot be undone")],
      ["--yes", t("do not ask")],
    ],
    load: () => import("./commands/delete.ts"),
  },
  {
    name: "restore",
    summary: t("take runs out of the trash"),
    arguments: [someRuns()],
    load: () => import("./commands/restore.ts"),
  },
  {
    name: "reindex",
    summary: t("rebuild the database from the journals"),
    load: () => import("./commands/reindex.ts"),
  },
  {
    name: "doctor",
    summary: t("check this machine and the store"),
    arguments: [["[config]", t("config whose needs are checked; all there may be when left out")]],
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "create-environment",
    summary: t("make a Python environment with what a config needs, pinned, and write down what is in it"),
    arguments: [["<config>", t("finetune.yaml or *.finetune.yaml")]],
    load: () => import("./commands/create-environment.ts"),
  },
  {
    name: "install-runtime",
    summary: t("install the native TensorFlow runtime of the embedded trainer"),
    options: [["--tensorflow <folder>", t("compile against the libraries of this unpacked TensorFlow wheel")]],
    load: () => import("./commands/install-runtime.ts"),
  },
];
