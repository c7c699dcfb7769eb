import { existsSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { UserError } from "../../../base/errors.ts";
import { t } from "../../../base/l10n.ts";
import { nearest } from "../../../base/nearest.ts";
import { hasOwnTokenizer } from "../../../models/builtin.ts";
import { cachedModelDir, findCached, findSnapshot, hubCacheDir, type HubId } from "../../../models/cache.ts";
import { hasAnyWeights, requireModelFiles, requireTokenizer } from "../../../models/files.ts";
import { BUILTINS, parseModelReference } from "../../../models/locate.ts";
import { error, warning, type Finding, type Path } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import { code } from "../../schema/words.ts";
import type { Check, CheckContext } from "../check.ts";

const PATH = ["model", "name_or_path"];
const TEACHER = ["method", "teacher", "name_or_path"];

/** C63: whether the model is where the config says, and its files are whole. */
export const c63: Check = {
  id: "C63",
  severity: ["error", "warning"],
  title: "a model that does not exist, or a model folder whose files are missing or broken",
  why: "A run begins by loading its model; one that is not there, or only in part, ends it at once.",
  async run(context) {
    return [...(await ownModel(context)), ...teacher(context)];
  },
};

async function ownModel(context: CheckContext): Promise<Finding[]> {
  const name = context.config.model.name_or_path;
  if (name === "") return [];
  // Read first: what follows may then rely on files that are really files.
  const model = await context.facts.model();
  if (!model.known && model.problem) return [broken(model.problem, name, PATH)];
  try {
    return modelFindings(context, model.known ? model.facts.type : "");
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return [broken(problem, name, PATH)];
  }
}

/** Whether the name of a distillation's teacher is one, and its folder is there. */
function teacher({ config: { method }, baseDir }: CheckContext): Finding[] {
  const name = method.type === "distill" ? method.teacher?.name_or_path : undefined;
  if (name === undefined) return [];
  try {
    parseModelReference(name, baseDir);
    return [];
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return [broken(problem, name, TEACHER)];
  }
}

function modelFindings(context: CheckContext, type: string): Finding[] {
  const { model } = context.config;
  const reference = parseModelReference(model.name_or_path, context.baseDir);
  const isEmbedded = model.framework === "tfjs";
  switch (reference.kind) {
    case "builtin":
      return isEmbedded ? [] : [embeddedOnly(model.name_or_path)];
    case "folder":
      return isEmbedded ? embeddedFolder(reference.dir, type) : weightsOf(reference.dir);
    case "hub":
      return isOffline(context.env) && !isCached(reference.hub, isEmbedded, context.env)
        ? [notCached(reference.hub, model.name_or_path, context.env)]
        : [];
  }
}

function embeddedOnly(name: string): Finding {
  const edits = [{ kind: "set", path: ["model", "framework"], value: "tfjs" } as const];
  return error("C63", PATH, t("{0} is a model of the embedded trainer: set `model.framework: tfjs`.", code(name)), {
    fixes: [{ title: t("Write {0}", "`model.framework: tfjs`"), safe: true, edits }],
  });
}

/** The embedded trainer reads one format of weights and of tokenizers. */
function embeddedFolder(folder: string, type: string): Finding[] {
  requireModelFiles(folder);
  if (!hasOwnTokenizer(type)) requireTokenizer(folder);
  return [];
}

function weightsOf(folder: string): Finding[] {
  if (hasAnyWeights(folder)) return [];
  return [
    warning(
      "C63",
      PATH,
      t("The model folder {0} holds no weights (model.safetensors or pytorch_model.bin). Copy them there.", folder),
    ),
  ];
}

function isCached(hub: HubId, isEmbedded: boolean, env: NodeJS.ProcessEnv): boolean {
  const cache = hubCacheDir(env);
  if (isEmbedded) return findCached(hub, cache) !== undefined;
  const snapshot = findSnapshot(hub, cache);
  return snapshot !== undefined && hasAnyWeights(snapshot);
}

function notCached(hub: HubId, name: string, env: NodeJS.ProcessEnv): Finding {
  const looked = cachedModelDir(hub, hubCacheDir(env));
  return error(
    "C63",
    PATH,
    t(
      "{0} is not wholly in the Hugging Face cache (looked at {1}), and HF_HUB_OFFLINE keeps it from being downloaded.",
      name,
      looked,
    ),
  );
}

const isOffline = (env: NodeJS.ProcessEnv): boolean =>
  ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].some((flag) => /^(?:1|true|yes|on)$/i.test(env[flag] ?? ""));

/** What is wrong with a model's name or files, and the name that was probably meant. */
function broken(
  problem: { code: string; sentence: string; file?: string | undefined },
  name: string,
  path: Path,
): Finding {
  const { code: reason, sentence, file } = problem;
  if (reason === "model-builtin-unknown") {
    const near = nearest(name, BUILTINS);
    return error("C63", path, sentence, { fixes: near === undefined ? [] : [rename(path, near)] });
  }
  const near = reason === "model-folder-missing" && file !== undefined ? nearbyFolder(file) : undefined;
  if (near === undefined) return error("C63", path, sentence);
  const fixes = [
    rename(
      path,
      name.replace(/[^/\\]+(?=[/\\]*$)/, () => near),
    ),
  ];
  return error("C63", path, `${sentence} ${t("Did you mean {0}?", near)}`, { fixes });
}

const rename = (path: Path, value: string): Fix => ({
  title: t("Write {0}", code(value)),
  safe: true,
  edits: [{ kind: "set", path, value }],
});

/** A folder whose name is near that of one which is missing. */
function nearbyFolder(file: string): string | undefined {
  if (!existsSync(dirname(file))) return undefined;
  const folders = readdirSync(dirname(file), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return nearest(
    basename(file),
    folders.map((entry) => entry.name),
  );
}
