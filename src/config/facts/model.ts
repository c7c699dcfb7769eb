import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { findSnapshot, hubCacheDir } from "../../models/cache.ts";
import { parseModelReference, useLiteDir, type ModelReference } from "../../models/locate.ts";
import type { ResolvedConfig } from "../types.ts";
import { known, unknown, type Known, type ModelFacts } from "./facts.ts";
import { tinyFacts, useLiteFacts } from "./model/builtin.ts";
import { rememberFolder } from "./model/cache.ts";
import { folderFacts } from "./model/folder.ts";

/**
 * Reads what the model's own files say: `config.json`, the header of the weights, the tokenizer's settings. Nothing is
 * fetched. Files that are broken are a problem of C63. Throws the signal's reason when it is aborted.
 */
export async function readModelFacts(
  config: ResolvedConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Known<ModelFacts>> {
  const name = config.model.name_or_path;
  if (name === "") return unknown(t("`model.name_or_path` is missing"));
  try {
    const reference = parseModelReference(name, baseDir);
    if (reference.kind === "hub" && config.model.framework === "keras" && !name.includes("/")) {
      return unknown(t("{0} is a preset of KerasHub, whose files are not read", name));
    }
    return await referenceFacts(reference, env, signal);
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    const { code, sentence, file } = problem;
    return {
      known: false,
      reason: t("the model cannot be read"),
      problem: { id: "C63", code, sentence, ...(file === undefined ? {} : { file }) },
    };
  }
}

async function referenceFacts(
  reference: ModelReference,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Known<ModelFacts>> {
  switch (reference.kind) {
    case "builtin":
      return known(reference.name === "tiny" ? tinyFacts() : useLiteFacts(useLiteDir()));
    case "folder":
      return known(await rememberFolder(reference.dir, () => folderFacts(reference.dir, null, signal)));
    case "hub": {
      const { id } = reference.hub;
      const dir = findSnapshot(reference.hub, hubCacheDir(env));
      if (dir === undefined) return unknown(t("{0} is not in the Hugging Face cache", id));
      return known(await rememberFolder(dir, () => folderFacts(dir, id, signal)));
    }
  }
}
