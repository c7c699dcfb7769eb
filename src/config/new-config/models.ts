import { join, resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { hasOwnTokenizer, TINY, USE_LITE } from "../../models/builtin.ts";
import { findSnapshot, hubCacheDir, modelNames } from "../../models/cache.ts";
import { CONFIG_FILE } from "../../models/files.ts";
import { readJsonObject } from "../../models/regular-file.ts";
import { isEncoder } from "../facts/model/sizes.ts";
import type { Goal } from "./goals.ts";
import { EMBEDDED_TYPES } from "./trainable.ts";

/** A model that a new config may start from. */
export interface ModelChoice {
  /** As `model.name_or_path` has it. */
  name: string;
  /** Where it is from, or why it is proposed. */
  description: string;
  /** `model_type` of its config.json; undefined where that is not here. */
  type: string | undefined;
  /** Its parameters, where no file has to be read for them. */
  parameters?: number;
}

interface Surroundings {
  /** Folder of the config. */
  baseDir: string;
  env: NodeJS.ProcessEnv;
  /** Folders with a model's config.json, relative to the config's, with forward slashes. */
  folders: readonly string[];
}

/** More than any model's configuration has. */
const MOST_BYTES = 16_000_000;

/** Models that suit a goal: those built in, in the Hugging Face cache, in folders, then some well-known ones of the hub. */
export async function modelChoices(goal: Goal, { baseDir, env, folders }: Surroundings): Promise<ModelChoice[]> {
  const isGenerating = goal === "chat" || goal === "answer" || goal === "continue" || goal === "prefer";
  const cacheDir = hubCacheDir(env);
  const cached = modelNames(env).map((id) => ({
    name: id,
    dir: findSnapshot({ id, revision: "main" }, cacheDir),
    description: t("in the Hugging Face cache"),
  }));
  const local = folders.map((folder) => ({
    name: folder.startsWith(".") ? folder : `./${folder}`,
    dir: resolve(baseDir, folder),
    description: t("a folder of this workspace"),
  }));
  const suiting: ModelChoice[] = [];
  const others: ModelChoice[] = [];
  for (const { name, dir, description } of [...cached, ...local]) {
    const config = await readConfig(dir);
    const type = config?.["model_type"];
    if (!config || typeof type !== "string") continue;
    const suits = isEncoder(config) !== isGenerating;
    // An encoder writes no text; a model that does can be made to classify.
    if (!suits && isGenerating) continue;
    (suits ? suiting : others).push({ name, type, description });
  }
  const found = [...suiting, ...others];
  const known = new Set(found.map(({ name }) => name));
  const builtIn = goal === "classify" ? builtIns() : [];
  return [
    ...builtIn.slice(0, 1),
    ...found,
    ...builtIn.slice(1),
    ...(PROPOSED[goal] ?? GENERATING)
      .filter(({ name }) => !known.has(name))
      .map((model) => ({ ...model, description: t("of the Hugging Face hub") })),
  ];
}

/** A model that was named and is in no list. */
export async function modelNamed(name: string, { baseDir, env }: Omit<Surroundings, "folders">): Promise<ModelChoice> {
  const builtIn = builtIns().find((model) => model.name === name);
  if (builtIn) return builtIn;
  const id = /^([\w.-]+\/[\w.-]+)(?:@([\w./-]+))?$/.exec(name);
  const snapshot = id ? findSnapshot({ id: id[1]!, revision: id[2] ?? "main" }, hubCacheDir(env)) : undefined;
  const config = (await readConfig(resolve(baseDir, name))) ?? (await readConfig(snapshot));
  const type = config?.["model_type"];
  const proposed = [...Object.values(PROPOSED).flat(), ...GENERATING].find((model) => model.name === name);
  return { name, description: "", ...proposed, type: typeof type === "string" ? type : proposed?.type };
}

/** Whether the embedded trainer knows a model of this kind; one whose kind is not known is not promised. */
export const isEmbeddable = ({ name, type = "" }: ModelChoice): boolean =>
  name.startsWith("builtin:") || EMBEDDED_TYPES.includes(type) || hasOwnTokenizer(type);

async function readConfig(dir: string | undefined): Promise<Record<string, unknown> | undefined> {
  if (dir === undefined) return undefined;
  try {
    return await readJsonObject(join(dir, CONFIG_FILE), MOST_BYTES);
  } catch (problem) {
    if (problem instanceof UserError) return undefined; // what is broken is not proposed
    throw problem;
  }
}

const builtIns = (): ModelChoice[] => [
  { name: "builtin:use-lite", type: USE_LITE, description: t("built in: sentence encoder, works offline") },
  { name: "builtin:tiny", type: TINY, description: t("built in: a small new network, works offline") },
];

type Proposed = Omit<ModelChoice, "description">;

/** Well-known models with a licence that lets one do anything, small ones first. */
const PROPOSED: Readonly<Partial<Record<Goal, readonly Proposed[]>>> = {
  classify: [
    { name: "distilbert/distilbert-base-uncased", type: "distilbert", parameters: 67e6 },
    { name: "FacebookAI/xlm-roberta-base", type: "xlm-roberta", parameters: 278e6 },
  ],
  tag: [
    { name: "google-bert/bert-base-cased", type: "bert", parameters: 108e6 },
    { name: "FacebookAI/xlm-roberta-base", type: "xlm-roberta", parameters: 278e6 },
  ],
  embed: [
    { name: "sentence-transformers/all-MiniLM-L6-v2", type: "bert", parameters: 23e6 },
    { name: "intfloat/multilingual-e5-small", type: "bert", parameters: 118e6 },
  ],
  continue: [
    { name: "Qwen/Qwen3-0.6B-Base", type: "qwen3", parameters: 0.6e9 },
    { name: "Qwen/Qwen3-4B-Base", type: "qwen3", parameters: 4.02e9 },
  ],
};

const GENERATING: readonly Proposed[] = [
  { name: "Qwen/Qwen3-0.6B", type: "qwen3", parameters: 0.6e9 },
  { name: "Qwen/Qwen3-4B-Instruct-2507", type: "qwen3", parameters: 4.02e9 },
];
