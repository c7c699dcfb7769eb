import { join } from "node:path";
import { formatHyperparameter } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { shownPath } from "../../../data/complaint.ts";
import { resolvePath } from "../../../data/locations.ts";
import { error, keyOf, warning } from "../../diagnostic.ts";
import { isMap, type PlainMap } from "../../schema/view.ts";
import { code, joinWords } from "../../schema/words.ts";
import type { ResolvedConfig } from "../../types.ts";
import { unchecked, type Check } from "../check.ts";
import { isFolder, jsonIn } from "./small-file.ts";

const PATH = ["checkpoint", "resume"];

/** Settings that the schedule and the place in the data follow from, by our path and by Hugging Face's names. */
const SETTINGS: readonly { path: readonly [string, string]; names: readonly string[] }[] = [
  { path: ["train", "per_device_train_batch_size"], names: ["per_device_train_batch_size", "train_batch_size"] },
  { path: ["train", "gradient_accumulation_steps"], names: ["gradient_accumulation_steps"] },
  { path: ["train", "num_train_epochs"], names: ["num_train_epochs"] },
  { path: ["train", "max_steps"], names: [] },
  { path: ["train", "learning_rate"], names: ["learning_rate"] },
  { path: ["train", "lr_scheduler_type"], names: ["lr_scheduler_type"] },
  { path: ["train", "warmup"], names: [] },
  { path: ["train", "optim"], names: ["optim"] },
  { path: ["hardware", "devices"], names: [] },
  { path: ["hardware", "strategy"], names: [] },
];

interface Change {
  path: readonly [string, string];
  before: string | number;
  now: string | number;
}

/** C51: going on from a checkpoint with other settings than it was made with. */
export const c51: Check = {
  id: "C51",
  severity: ["error", "warning"],
  title: "resuming a checkpoint with other batches, epochs, learning rate or devices",
  why: "A checkpoint remembers its step, not its rows. With other batches or epochs the same step stands elsewhere in the data and in the schedule, so that the learning rate jumps and rows are left out or seen twice.",
  run({ config, baseDir }) {
    const { resume } = config.checkpoint;
    if (resume === "auto-same-config" || resume === "never") return [];
    const folder = resolvePath(resume, baseDir);
    if (!isFolder(folder)) {
      return [error("C51", PATH, t("There is no checkpoint folder {0}. Check the path.", shownPath(folder)))];
    }
    const changes = changesSince(folder, config);
    if (!changes) return unchecked(t("{0} does not say with which settings it was made", shownPath(folder)));
    if (changes.length === 0) return [];
    const told = changes.map(({ path, before, now }) =>
      t("{0} was {1} and is {2}", code(keyOf(path)), figure(before), figure(now)),
    );
    const message = t(
      "The checkpoint was made with other settings, so that the schedule jumps: {0}. Write the earlier ones to go on as before.",
      joinWords(told, "and"),
    );
    const fix = {
      title: t("Write the settings of the checkpoint"),
      safe: false,
      edits: changes.map(({ path, before }) => ({ kind: "set", path, value: before }) as const),
    };
    return [warning("C51", PATH, message, { fixes: [fix] })];
  },
};

const figure = (value: string | number): string => (typeof value === "number" ? formatHyperparameter(value) : value);

/** Settings that differ from those of a checkpoint; undefined when none of these are known. */
function changesSince(folder: string, config: ResolvedConfig): Change[] | undefined {
  const earlier = recordOf(folder) ?? huggingFace(folder);
  if (!earlier) return undefined;
  const now: PlainMap = config;
  return SETTINGS.flatMap(({ path }) => {
    const before = valueAt(earlier, path);
    const current = valueAt(now, path);
    if (!isScalar(before) || !isScalar(current) || String(before) === String(current)) return [];
    return [{ path, before, now: current }];
  });
}

/** The resolved config of the run that a checkpoint in our own folder belongs to. */
function recordOf(folder: string): PlainMap | undefined {
  const manifest = jsonIn(join(folder, "tuning-fork.json"));
  return manifest ? jsonIn(join(folder, "..", "..", "config.json")) : undefined;
}

/** What a checkpoint of Hugging Face's Trainer says, in our groups. */
function huggingFace(folder: string): PlainMap | undefined {
  const args = jsonIn(join(folder, "training_args.json"));
  const state = jsonIn(join(folder, "trainer_state.json"));
  if (!args && !state) return undefined;
  const known = { ...state, ...args };
  const groups: Record<string, PlainMap> = { train: {}, hardware: {} };
  for (const { path, names } of SETTINGS) {
    const name = names.find((one) => isScalar(known[one]));
    if (name !== undefined) groups[path[0]]![path[1]] = known[name];
  }
  return groups;
}

function valueAt(map: PlainMap, [group, name]: readonly [string, string]): unknown {
  const inner = map[group];
  return isMap(inner) ? inner[name] : undefined;
}

const isScalar = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";
