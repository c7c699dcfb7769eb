import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { cachedModelDir, hubCacheDir } from "./cache.ts";
import { downloadModel, type DownloadProgress } from "./download.ts";
import { localModelDir, parseModelReference } from "./locate.ts";

/** What getting a model may need. */
export interface ObtainTools {
  /** Where relative paths start. */
  readonly baseDir: string;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly signal: AbortSignal;
  /** Environment with Hugging Face's variables; this process's own unless a test says otherwise. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The folder of a model, downloading it into the Hugging Face cache when it is a hub id that the cache lacks. A copy in the
 * cache is used as it is, so that a run neither waits for the network nor changes with it. Null for `builtin:tiny`.
 */
export async function obtainModel(nameOrPath: string, tools: ObtainTools): Promise<string | null> {
  const env = tools.env ?? process.env;
  const reference = parseModelReference(nameOrPath, tools.baseDir);
  const cacheDir = hubCacheDir(env);
  const local = localModelDir(reference, cacheDir);
  if (local !== undefined || reference.kind !== "hub") return local ?? null;
  const { hub } = reference;
  const offline = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].find((name) => /^(1|true|yes|on)$/i.test(env[name] ?? ""));
  if (offline !== undefined) {
    throw new UserError(
      "model-offline",
      t(
        "The model {0} is not in the cache (looked at {1}) and {2} forbids to fetch it.",
        hub.id,
        cachedModelDir(hub, cacheDir),
        offline,
      ),
      { advice: t("Unset it, or name a model folder or builtin:use-lite in model.name_or_path.") },
    );
  }
  return downloadModel(hub, { cacheDir, env, onProgress: tools.onProgress, signal: tools.signal });
}
