import { existsSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { readJson } from "../../base/files.ts";
import { nearest } from "../../base/nearest.ts";
import { resolvePath } from "../../data/locations.ts";
import { error, type Finding } from "../diagnostic.ts";
import { code, joinWords } from "../schema/words.ts";
import { isWritten, type Check, type CheckContext } from "./check.ts";

/** Models that come with the product. */
export const BUILTIN_MODELS = ["builtin:use-lite", "builtin:tiny"] as const;

/** Files of a Hugging Face folder the embedded trainer cannot do without; one of each list. */
const NEEDED_FILES = [
  ["config.json"],
  ["model.safetensors", "model.safetensors.index.json"],
  ["tokenizer.json"],
] as const;

/** A hub id: `name` or `org/name`, a revision after `@`. */
const HUB_ID = /^[\w.-]+(?:\/[\w.-]+)?(?:@[\w./-]+)?$/;

const PATH = ["model", "name_or_path"];

/** Whether the model is where the config says. */
export const modelCheck: Check = {
  finds: {
    C24: "a `data.max_length` above the model's positions",
    C63: "a model that does not exist, or a model folder without one of its files",
  },
  run(context) {
    const { model } = context.config;
    const name = model.name_or_path;
    if (name.startsWith("builtin:")) return { findings: builtinFindings(name, model.framework) };
    const folder = modelFolder(name, context.baseDir);
    if (folder !== undefined) return { findings: folderFindings(folder, context) };
    return { findings: hubFindings(name, context.env) };
  },
};

/** The absolute folder a `name_or_path` means; undefined when it is a hub id. */
export function modelFolder(name: string, baseDir: string): string | undefined {
  const path = resolvePath(name, baseDir);
  const isPath = /^(?:\.{0,2}\/|~|\.{1,2}$)/.test(name) || /^(?:[A-Za-z]:|\.{0,2})\\/.test(name);
  return isPath || isFolder(path) ? path : undefined;
}

function builtinFindings(name: string, framework: string): Finding[] {
  if (framework !== "tfjs")
    return [error("C63", PATH, `${code(name)} is a model of the embedded trainer: set \`model.framework: tfjs\`.`)];
  if ((BUILTIN_MODELS as readonly string[]).includes(name)) return [];
  const near = nearest(name, BUILTIN_MODELS);
  const hint = near === undefined ? "" : ` Did you mean ${code(near)}?`;
  return [
    error(
      "C63",
      PATH,
      `There is no built-in model ${code(name)}; there are ${joinWords(BUILTIN_MODELS.map(code), "and")}.${hint}`,
    ),
  ];
}

function folderFindings(folder: string, context: CheckContext): Finding[] {
  if (!existsSync(folder))
    return [error("C63", PATH, `The model folder ${folder} does not exist.${nearbyFolder(folder)}`)];
  if (!isFolder(folder))
    return [error("C63", PATH, `${folder} is a file. A model is a folder with config.json, weights and tokenizer.`)];
  if (context.config.model.framework !== "tfjs") return [];
  const missing = NEEDED_FILES.filter((names) => !names.some((name) => existsSync(join(folder, name)))).map(
    ([name]) => name,
  );
  if (missing.length > 0) {
    const verb = missing.length === 1 ? "is" : "are";
    const there = `A model folder has config.json, model.safetensors and tokenizer.json.`;
    return [error("C63", PATH, `${joinWords(missing, "and")} ${verb} missing in the model folder ${folder}. ${there}`)];
  }
  return positionFindings(folder, context);
}

/** C24: more tokens than the model has positions for end in an index error. RoBERTa's family keeps two positions for itself. */
function positionFindings(folder: string, context: CheckContext): Finding[] {
  const config = readJson<{ max_position_embeddings?: unknown; model_type?: unknown }>(join(folder, "config.json"));
  const positions = config?.max_position_embeddings;
  if (typeof positions !== "number" || !isWritten(context, "data.max_length")) return [];
  const usable = /roberta|camembert/.test(String(config?.model_type)) ? positions - 2 : positions;
  const length = context.config.data.max_length;
  if (length <= usable) return [];
  return [
    error(
      "C24",
      ["data", "max_length"],
      `\`data.max_length\` is ${length}, but the model takes ${usable} tokens. Write ${usable} or less.`,
    ),
  ];
}

function hubFindings(name: string, env: NodeJS.ProcessEnv): Finding[] {
  if (!HUB_ID.test(name)) {
    return [
      error(
        "C63",
        PATH,
        `${code(name)} is neither a folder nor a Hugging Face id (\`org/name\`). A path starts with ./ or /.`,
      ),
    ];
  }
  const isOffline = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].some((flag) =>
    /^(?:1|true|yes|on)$/i.test(env[flag] ?? ""),
  );
  if (!isOffline) return [];
  const cache = join(hubCache(env), `models--${name.replace(/@.*$/, "").replaceAll("/", "--")}`, "snapshots");
  if (isFolder(cache)) return [];
  return [
    error(
      "C63",
      PATH,
      `${name} is not in the Hugging Face cache (${cache}), and HF_HUB_OFFLINE keeps it from being downloaded.`,
    ),
  ];
}

/** Folder of the Hugging Face hub's cache (huggingface_hub, "Manage cache-system"). */
export function hubCache(env: NodeJS.ProcessEnv): string {
  const home = env["HF_HOME"] ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "huggingface");
  return env["HF_HUB_CACHE"] ?? env["HUGGINGFACE_HUB_CACHE"] ?? join(home, "hub");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function nearbyFolder(folder: string): string {
  const parent = dirname(folder);
  const near = isFolder(parent) ? nearest(basename(folder), readdirSync(parent)) : undefined;
  return near === undefined ? " Relative paths start at the config file." : ` Did you mean ${near}?`;
}
