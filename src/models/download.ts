import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { downloadFileToCacheDir, HubApiError, modelInfo, pathsInfo } from "@huggingface/hub";
import { errnoOf, UserError } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import { cachedModelDir, huggingFaceHome, type HubId } from "./cache.ts";
import { CONFIG_FILE, shardNames, TOKENIZER_FILE, TOKENIZER_FILES, WEIGHTS_FILE, WEIGHTS_INDEX } from "./files.ts";
import { watchTransfer } from "./transfer.ts";

/** One line for people, and bytes where they are known. */
export interface DownloadProgress {
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
}

export interface DownloadTools {
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly signal: AbortSignal;
}

interface RemoteFile {
  readonly path: string;
  readonly size: number;
}

/**
 * Fetches the files of a model that count here into the standard Hugging Face cache and returns its folder there.
 * Honours `HF_ENDPOINT`, `HF_TOKEN` and the token file. No network, no such model, no right to it, a stalled transfer and a
 * model without safetensors are each a `UserError`; cancelling by the signal throws its reason.
 */
export async function downloadModel(hub: HubId, tools: DownloadTools): Promise<string> {
  const { cacheDir, env, onProgress, signal } = tools;
  const storage = cachedModelDir(hub, cacheDir);
  const hubUrl = (env["HF_ENDPOINT"] ?? "https://huggingface.co").replace(/\/+$/, "");
  const transfer = watchTransfer(join(storage, "blobs"), signal);
  const accessToken = tokenOf(env);
  const common = { hubUrl, fetch: transfer.fetch, ...(accessToken === undefined ? {} : { accessToken }) };
  try {
    onProgress({ text: `Looking up ${hub.id} at ${hubUrl}` });
    const { sha } = await modelInfo({ ...common, name: hub.id, revision: hub.revision, additionalFields: ["sha"] });
    const remote = (paths: string[]): Promise<RemoteFile[]> =>
      pathsInfo({ ...common, repo: hub.id, revision: sha, paths });
    const fetchFile = async ({ path, size }: RemoteFile): Promise<string> => {
      transfer.onGrowth((done) =>
        onProgress({ text: `Downloading ${path} of ${hub.id}`, done: Math.min(done, size), total: size }),
      );
      const at = await downloadFileToCacheDir({ ...common, repo: hub.id, revision: sha, path, cacheDir });
      onProgress({ text: `Downloading ${path} of ${hub.id}`, done: size, total: size });
      return at;
    };
    const files = await remote([CONFIG_FILE, WEIGHTS_FILE, WEIGHTS_INDEX, ...TOKENIZER_FILES]);
    requirePublished(hub, files);
    const single = files.some(({ path }) => path === WEIGHTS_FILE);
    for (const file of files.filter(({ path }) => path !== WEIGHTS_FILE && path !== WEIGHTS_INDEX))
      await fetchFile(file);
    const weights = single
      ? files.filter(({ path }) => path === WEIGHTS_FILE)
      : await remote(shardNames(await fetchFile(files.find(({ path }) => path === WEIGHTS_INDEX)!)));
    for (const file of weights) await fetchFile(file);
    if (sha !== hub.revision) {
      const ref = join(storage, "refs", hub.revision);
      mkdirSync(dirname(ref), { recursive: true });
      writeFileAtomic(ref, sha);
    }
    return join(storage, "snapshots", sha);
  } catch (error) {
    signal.throwIfAborted();
    throw explained(error, hub, hubUrl, storage, transfer.stalled());
  } finally {
    transfer.end();
  }
}

function requirePublished(hub: HubId, files: readonly RemoteFile[]): void {
  const has = (name: string): boolean => files.some(({ path }) => path === name);
  const weights = has(WEIGHTS_FILE) || has(WEIGHTS_INDEX);
  const missing = !has(CONFIG_FILE)
    ? CONFIG_FILE
    : !weights
      ? WEIGHTS_FILE
      : !has(TOKENIZER_FILE)
        ? TOKENIZER_FILE
        : null;
  if (missing === null) return;
  throw new UserError("model-files-unpublished", t("The model {0} is published without {1}.", hub.id, missing), {
    advice: t(
      "Save it in Python with safe_serialization=True and a fast tokenizer, and name that folder in model.name_or_path.",
    ),
  });
}

/** The token of the user, as Hugging Face's libraries find it. It goes into the request's header and nowhere else. */
function tokenOf(env: NodeJS.ProcessEnv): string | undefined {
  if (env["HF_TOKEN"]) return env["HF_TOKEN"];
  try {
    return readFileSync(env["HF_TOKEN_PATH"] ?? join(huggingFaceHome(env), "token"), "utf8").trim() || undefined;
  } catch {
    return undefined; // not logged in
  }
}

function explained(error: unknown, hub: HubId, hubUrl: string, storage: string, stalled: boolean): unknown {
  if (error instanceof UserError) return error;
  if (error instanceof HubApiError) return refused(error, hub, hubUrl);
  const errno = errnoOf(error);
  if (errno === "ENOSPC" || errno === "EACCES" || errno === "EROFS") {
    return new UserError(
      "model-cache-unwritable",
      t("The model {0} cannot be written to {1} ({2}).", hub.id, storage, errno),
      {
        advice: t("Free space there, or set HF_HOME to another folder."),
        cause: error,
      },
    );
  }
  const cause = error instanceof Error ? (errnoOf(error.cause) ?? error.message) : String(error);
  return new UserError(
    "model-offline",
    t(
      "The model {0} is not in the cache (looked at {1}) and could not be fetched from {2}: {3}.",
      hub.id,
      storage,
      hubUrl,
      stalled ? t("the transfer stalled") : cause,
    ),
    {
      advice: t("Check the network and try again, or name a model folder or builtin:use-lite in model.name_or_path."),
      cause: error,
    },
  );
}

function refused(cause: HubApiError, { id, revision }: HubId, hubUrl: string): UserError {
  const { statusCode } = cause;
  if (statusCode === 401 || statusCode === 403) {
    const problem = t("{0} does not let you read the model {1} at revision {2}.", hubUrl, id, revision);
    return new UserError("model-hub-refused", problem, {
      advice: t("If it is private or gated, accept its terms there and set HF_TOKEN; check the spelling otherwise."),
      cause,
    });
  }
  const problem =
    statusCode === 404
      ? t("{0} does not have the model {1} at revision {2}.", hubUrl, id, revision)
      : t("{0} answered {1} for the model {2} at revision {3}.", hubUrl, statusCode, id, revision);
  return new UserError("model-hub-refused", problem, {
    advice: t(
      "Check the spelling of model.name_or_path, or name a model folder or builtin:use-lite in model.name_or_path.",
    ),
    cause,
  });
}
