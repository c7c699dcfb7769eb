import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../../base/errors.ts";
import { readJson } from "../../../base/files.ts";
import { nearest } from "../../../base/nearest.ts";
import { cachedModelDir, findCached, hubCacheDir } from "../../../models/cache.ts";
import { CONFIG_FILE, requireModelFiles, requireTokenizer } from "../../../models/files.ts";
import { parseModelReference } from "../../../models/locate.ts";
import { error, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import type { Check, CheckContext } from "../check.ts";

const PATH = ["model", "name_or_path"];

/** C63: whether the model is where the config says. */
export const c63: Check = {
  id: "C63",
  severity: "error",
  title: "a model that does not exist, or a model folder without one of its files",
  why: "A run begins by loading its model; one that is not there, or only in part, ends it at once.",
  run(context) {
    if (context.config.model.name_or_path === "") return [];
    try {
      return modelFindings(context);
    } catch (problem) {
      if (!(problem instanceof UserError)) throw problem;
      return [error("C63", PATH, problem.sentence + nearbyFolder(problem))];
    }
  },
};

function modelFindings(context: CheckContext): Finding[] {
  const { model } = context.config;
  const name = model.name_or_path;
  const reference = parseModelReference(name, context.baseDir);
  const isEmbedded = model.framework === "tfjs";
  switch (reference.kind) {
    case "builtin":
      return isEmbedded
        ? []
        : [error("C63", PATH, `${code(name)} is a model of the embedded trainer: set \`model.framework: tfjs\`.`)];
    case "folder":
      return isEmbedded ? folderFindings(reference.dir) : [];
    case "hub": {
      const cache = hubCacheDir(context.env);
      if (!isOffline(context.env) || findCached(reference.hub, cache) !== undefined) return [];
      const looked = cachedModelDir(reference.hub, cache);
      const message = `${name} is not wholly in the Hugging Face cache (looked at ${looked}), and HF_HUB_OFFLINE keeps it from being downloaded.`;
      return [error("C63", PATH, message)];
    }
  }
}

const isOffline = (env: NodeJS.ProcessEnv): boolean =>
  ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].some((flag) => /^(?:1|true|yes|on)$/i.test(env[flag] ?? ""));

function folderFindings(folder: string): Finding[] {
  requireModelFiles(folder);
  const { model_type: type } = readJson<{ model_type?: unknown }>(join(folder, CONFIG_FILE)) ?? {};
  if (!OWN_TOKENIZER.test(String(type))) requireTokenizer(folder);
  return [];
}

/** Kinds of model that were trained from a built-in one and bring no Hugging Face tokenizer. */
const OWN_TOKENIZER = /^(?:tuning-fork-tiny|universal-sentence-encoder-lite)$/;

/** A folder whose name is near that of a model folder which is missing. */
function nearbyFolder({ code: reason, file }: UserError): string {
  if (reason !== "model-folder-missing" || file === undefined || !existsSync(dirname(file))) return "";
  const folders = readdirSync(dirname(file), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const near = nearest(
    basename(file),
    folders.map((entry) => entry.name),
  );
  return near === undefined ? "" : ` Did you mean ${near}?`;
}
