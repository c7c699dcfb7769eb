import {
  formatCount,
  formatFileSize,
  formatHyperparameter,
  formatInstant,
  formatMemory,
  formatPercent,
  MISSING,
} from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { AnswerOf } from "../../src/messages/envelope.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import { flat, listOf, numberOf, recordOf, textOf } from "./reading.ts";

export type Environment = AnswerOf<RunPage, "environment">;

/** One line of a section. */
export interface Item {
  /** Words, or the key as it is recorded. */
  label: string;
  /** The label is a recorded key. */
  isKey?: boolean;
  value: string;
  /** The whole of a shortened value, or more about it. */
  title?: string;
  isMono?: boolean;
  /** May be copied by itself. */
  isCopyable?: boolean;
  /** What the button beside the value does. */
  action?: "showPatch";
}

export interface Section {
  id: string;
  title: string;
  items: Item[];
}

/** A data file as the run read it. */
export interface DataFile {
  path: string;
  bytes: number | undefined;
  rows: number | undefined;
  sha256: string;
}

const present = (...items: (Item | undefined)[]): Item[] => items.filter((item) => item !== undefined);
const item = (label: string, value: string | undefined, more: Partial<Item> = {}): Item | undefined =>
  value === undefined || value === "" ? undefined : { label, value, ...more };

/** Keys of `environment.json` that the sections below show. */
const SHOWN =
  "takenMs command cwd product node python variables packages os host user cpu memoryBytes gpus visibleGpus driver git dataFiles".split(
    " ",
  );

/** The sections of key and value, in order; those with nothing to say are left out. */
export function sectionsOf({ environment, facts, process, patchBytes, patchFiles }: Environment): Section[] {
  const sections = [
    { id: "machine", title: t("Machine"), items: machine(environment) },
    { id: "process", title: t("Process"), items: processItems(environment, process) },
    { id: "code", title: t("Code"), items: code(environment["git"], patchBytes, patchFiles) },
    { id: "facts", title: t("Trainer"), items: factItems(facts) },
    { id: "variables", title: t("Variables"), items: flat(recordOf(environment["variables"])).map(keyItem) },
    { id: "other", title: t("Other"), items: others(environment) },
  ];
  return sections.filter(({ items }) => items.length > 0);
}

function machine(environment: Record<string, unknown>): Item[] {
  const os = recordOf(environment["os"]);
  const cpu = recordOf(environment["cpu"]);
  const cores = numberOf(cpu["cores"]);
  const gpus = listOf(environment["gpus"]).map(recordOf);
  const visible = environment["visibleGpus"];
  return present(
    item(t("Host"), textOf(environment["host"])),
    item(t("User"), textOf(environment["user"])),
    item(
      t("System"),
      [systemName(os["platform"]), textOf(os["release"]), textOf(os["arch"])].filter(Boolean).join(" "),
    ),
    item(t("Processor"), textOf(cpu["model"])),
    item(t("Cores"), cores === undefined ? undefined : formatCount(cores)),
    item(t("Memory"), memory(environment["memoryBytes"])),
    ...gpus.map((gpu) => {
      const label = t("GPU {0}", numberOf(gpu["index"]) ?? 0);
      const size = memory(gpu["memoryBytes"]);
      const value = [textOf(gpu["name"]), size].filter(Boolean).join(", ");
      const uuid = textOf(gpu["uuid"]);
      return item(label, value, uuid ? { title: uuid } : {});
    }),
    gpus.length === 0 ? item(t("GPU"), t("none")) : undefined,
    item(t("Driver"), textOf(environment["driver"])),
    Array.isArray(visible) ? item(t("GPUs of the run"), visible.join(", ") || t("none"), { isMono: true }) : undefined,
  );
}

const SYSTEMS: Record<string, string> = { linux: "Linux", darwin: "macOS", win32: "Windows" };
const systemName = (platform: unknown): string | undefined => {
  const name = textOf(platform);
  return name === undefined ? undefined : (SYSTEMS[name] ?? name);
};

const memory = (bytes: unknown): string | undefined => {
  const size = numberOf(bytes);
  return size === undefined ? undefined : formatMemory(size);
};

function processItems(environment: Record<string, unknown>, process: Record<string, unknown>): Item[] {
  const command = listOf(environment["command"]).map(String).map(quoted).join(" ");
  const exit = numberOf(process["exitCode"]);
  const exitWords = process["exitUnknown"] === true ? t("not known: nobody could wait for it") : undefined;
  const takenMs = numberOf(environment["takenMs"]);
  const pid = (key: string): string | undefined => numberOf(process[key])?.toString();
  return present(
    item(t("Command"), command, { isMono: true, isCopyable: true }),
    item(t("Folder"), textOf(environment["cwd"]), { isMono: true, isCopyable: true }),
    ...python(environment["python"]),
    item("Node", textOf(environment["node"])),
    item("Tuning Fork", textOf(environment["product"])),
    item(t("Trainer's process"), pid("trainerPid")),
    item(t("Runner's process"), pid("runnerPid")),
    item(t("Exit code"), exitWords ?? exit?.toString()),
    item(t("Signal"), textOf(process["signal"])),
    takenMs === undefined ? undefined : item(t("Recorded"), formatInstant(takenMs)),
  );
}

/** The interpreter, why it was taken, and what its torch was built for; older records have its version alone. */
function python(recorded: unknown): (Item | undefined)[] {
  const { path, version, chosenBy, manager, torchBuilt } = recordOf(recorded);
  if (textOf(path) === undefined) return [item("Python", textOf(recorded))];
  const kit = textOf(torchBuilt);
  const built = kit ? t("CUDA or ROCm {0}", kit) : textOf(version) ? t("processors") : undefined;
  return [
    item("Python", textOf(version) ?? t("did not answer")),
    item(t("Interpreter"), textOf(path), { isMono: true, isCopyable: true }),
    item(t("Chosen by"), textOf(chosenBy)?.replaceAll("`", "")),
    item(t("Installs with"), textOf(manager)),
    item(t("PyTorch built for"), built),
  ];
}

/** An argument as a shell takes it. */
const quoted = (argument: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

function code(recorded: unknown, patchBytes: number, patchFiles: number): Item[] {
  if (recorded === undefined) return [];
  if (recorded === null) return [{ label: "Git", value: t("The config lies in no git repository.") }];
  const git = recordOf(recorded);
  const commit = textOf(git["commit"]);
  const untracked = listOf(git["untracked"]).map(String);
  const files = patchFiles === 1 ? t("1 file") : t("{0} files", formatCount(patchFiles));
  const kept = t("{0}, {1}", files, formatFileSize(patchBytes));
  const isDirty = git["dirty"] === true;
  const leftOut = git["patchLeftOut"] === true ? t("yes, too large to be kept") : t("yes");
  const changes = patchBytes > 0 ? kept : isDirty ? leftOut : t("none");
  return present(
    item(t("Commit"), commit ? commit.slice(0, 12) : t("none yet"), {
      isMono: commit !== undefined,
      ...(commit ? { title: commit, isCopyable: true } : {}),
    }),
    item(t("Branch"), textOf(git["branch"]) ?? t("none (detached)")),
    item(t("Uncommitted changes"), changes, patchBytes > 0 ? { action: "showPatch" } : {}),
    untracked.length === 0
      ? undefined
      : item(t("Untracked files"), untracked.join(", "), { title: untracked.join("\n"), isMono: true }),
    ...flat(git, ["commit", "branch", "dirty", "untracked", "patchLeftOut"]).map(keyItem),
  );
}

/** Facts that have words; the others are shown under their recorded keys. */
const FACT_WORDS = (): Record<string, string> => ({
  backend: t("Backend"),
  device: t("Device"),
  gpu: t("GPU"),
  cuda: "CUDA",
  precision: t("Precision"),
  threads: t("Threads"),
  processes: t("Processes that share a step"),
  method: t("Method"),
  trainRows: t("Training rows"),
  evalRows: t("Evaluation rows"),
  classes: t("Classes"),
  labels: t("Labels"),
  stepsPerEpoch: t("Steps an epoch"),
  effectiveBatch: t("Effective batch"),
  perDeviceBatch: t("Batch on each device"),
  accumulation: t("Accumulation"),
  warmupSteps: t("Warm-up steps"),
  totalParameters: t("Parameters"),
  trainableParameters: t("Trainable parameters"),
  targetModules: t("Layers with adapters"),
  modulesToSave: t("Layers trained whole"),
  supervisedTokens: t("Tokens learnt from"),
  trainTokens: t("Training tokens"),
  packedRows: t("Packed rows"),
  rowsCut: t("Rows cut"),
  rowsLeftOut: t("Rows left out"),
  "data.textColumn": t("Text column"),
  "data.labelColumn": t("Label column"),
  "data.shape": t("Form of the rows"),
  "data.format": t("Data format"),
  "model.kind": t("Model"),
  "model.architecture": t("Architecture"),
  "model.layers": t("Layers"),
  "model.hidden": t("Hidden size"),
  "model.vocabulary": t("Vocabulary"),
  "model.pooling": t("Pooling"),
  "model.dropout": t("Dropout"),
  "model.attention": t("Attention"),
  "model.dtype": t("Format of the weights"),
  "model.gradientCheckpointing": t("Gradient checkpointing"),
  "model.quantisedLayers": t("Quantised layers"),
});

function factItems(facts: Record<string, unknown>): Item[] {
  const words = FACT_WORDS();
  const total = numberOf(facts["totalParameters"]);
  // Files are a table of their own.
  const all = new Map(flat(facts, ["files"]));
  const known = Object.entries(words).map(([key, label]) => {
    const value = all.get(key);
    const number = numberOf(value);
    if (typeof value === "boolean") return item(label, value ? t("yes") : t("no"));
    if (number === undefined) return item(label, flatText(value));
    const share =
      key === "trainableParameters" && total ? t("{0} ({1})", formatCount(number), percent(number / total)) : "";
    return item(label, share || formatCount(number));
  });
  return [...present(...known), ...[...all].filter(([key]) => !Object.hasOwn(words, key)).map(keyItem)];
}

/** Small shares with two digits: LoRA trains less than one in a hundred. */
const percent = (share: number): string =>
  share < 0.1 ? `${formatHyperparameter(Number((share * 100).toPrecision(2)))} %` : formatPercent(share);

function others(environment: Record<string, unknown>): Item[] {
  return flat(environment, SHOWN).map(keyItem);
}

const keyItem = ([key, value]: [string, unknown]): Item => ({
  label: key,
  isKey: true,
  value: flatText(value) ?? MISSING,
});

function flatText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map(flatText).join(", ");
  if (typeof value === "number") return Number.isInteger(value) ? formatCount(value) : String(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Packages with their versions, by name. */
export const packagesOf = ({ environment }: Environment): [string, string][] =>
  Object.entries(recordOf(environment["packages"]))
    .map(([name, version]): [string, string] => [name, String(version)])
    .toSorted(([a], [b]) => a.localeCompare(b));

/** Data files as recorded at the start, with the rows the trainer read in them. */
export function dataFilesOf({ environment, facts }: Environment): DataFile[] {
  const read = [...listOf(environment["dataFiles"]), ...listOf(facts["files"])].map(recordOf);
  const files = new Map<string, DataFile>();
  for (const file of read) {
    const path = textOf(file["path"]) ?? "";
    const before = files.get(path);
    files.set(path, {
      path,
      bytes: before?.bytes ?? numberOf(file["bytes"]),
      rows: before?.rows ?? numberOf(file["rows"]),
      sha256: before?.sha256 ?? textOf(file["sha256"]) ?? "",
    });
  }
  return [...files.values()];
}

/** A section as lines of text, for the clipboard. */
export const sectionText = ({ title, items }: Section): string =>
  [
    title,
    ...items.map(({ label, value, title: whole, isMono }) => `${label}: ${isMono && whole ? whole : value}`),
  ].join("\n");
