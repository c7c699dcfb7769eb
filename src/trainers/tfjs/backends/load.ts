import { availableParallelism } from "node:os";
import { join } from "node:path";
import { codeDir } from "../../../base/code-dir.ts";
import { UserError } from "../../../base/errors.ts";
import { t } from "../../../base/l10n.ts";
import * as tf from "../ops/tf.ts";
import { installSharedIdentity } from "./wasm-identity.ts";
import { installBatchedMatMul } from "./wasm-batched-matmul.ts";
import { findNativePackage, loadNativePackage } from "./native-package.ts";

/** What computes: the names that TensorFlow.js itself uses. */
export type BackendName = "tensorflow" | "wasm" | "cpu";

/** A backend that is loaded and set in this process. */
export interface LoadedBackend {
  readonly name: BackendName;
  readonly device: "gpu" | "cpu";
  /** Version of what computes. */
  readonly version: string;
  /** Threads it was told to use; null where it decides itself. */
  readonly threads: number | null;
}

/** More than this gained nothing in any measurement of the wasm backend. */
const MAX_WASM_THREADS = 4;

/** Loads a backend and makes it the one that computes here. What it lacks is a `UserError`; its native code may crash. */
export async function loadBackend(name: BackendName, env: NodeJS.ProcessEnv = process.env): Promise<LoadedBackend> {
  tf.enableProdMode(); // no warnings about kernels that a second copy of the library registers again
  const loaded = await LOADERS[name](env);
  if (!(await tf.setBackend(name)))
    throw new UserError("backend-failed", t("The backend {0} could not be started.", name));
  await tf.ready();
  if (name === "wasm") {
    guardAllocations();
    installBatchedMatMul();
    installSharedIdentity();
  }
  return name === "tensorflow" && usesGpu() ? { ...loaded, device: "gpu" } : loaded;
}

const LOADERS: Readonly<Record<BackendName, (env: NodeJS.ProcessEnv) => Promise<LoadedBackend>>> = {
  async tensorflow(env) {
    const found = findNativePackage(env);
    if (!found) throw new UserError("backend-missing", t("The package @tensorflow/tfjs-node-gpu is not installed."));
    if (found.addonMs === null) {
      throw new UserError("backend-missing", t("{0} in {1} has no compiled addon.", found.name, found.dir), {
        advice: t("Its install script did not run or could not download."),
      });
    }
    process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2"; // TensorFlow's greeting would fill the log
    loadNativePackage(found);
    return { name: "tensorflow", device: "cpu", version: `${found.name} ${found.version}`, threads: null };
  },
  async wasm(env) {
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    const threads = wasmThreads(env);
    wasm.setWasmPaths(join(codeDir(), "wasm", "/"));
    wasm.setThreadsCount(threads);
    return { name: "wasm", device: "cpu", version: `tfjs-backend-wasm ${wasm.version_wasm}`, threads };
  },
  async cpu() {
    const cpu = await import("@tensorflow/tfjs-backend-cpu");
    return { name: "cpu", device: "cpu", version: `tfjs-backend-cpu ${cpu.version_cpu}`, threads: 1 };
  },
};

/** `TUNING_FORK_THREADS` (which `hardware.env` can set), else the machine's cores up to four. */
function wasmThreads(env: NodeJS.ProcessEnv): number {
  const wanted = Number(env["TUNING_FORK_THREADS"]);
  return Number.isSafeInteger(wanted) && wanted > 0 ? wanted : Math.min(MAX_WASM_THREADS, availableParallelism());
}

/** The GPU package silently computes on the CPU where TensorFlow sees no GPU. */
function usesGpu(): boolean {
  return (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}

interface WasmAllocator {
  _malloc: (bytes: number) => number;
  _free: (at: number) => void;
}

/**
 * An allocation beyond what WebAssembly can address returns null, and the backend would then write over address 0: wrong
 * numbers instead of an error. So every null ends the run.
 */
function guardAllocations(): void {
  const { wasm } = tf.backend() as unknown as { wasm: WasmAllocator };
  wasm._free(wasm._malloc(8)); // the first call puts the real functions in place of stubs, and would do so over ours
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const at = allocate(bytes);
    if (at !== 0 || bytes === 0) return at;
    throw new UserError(
      "out-of-memory",
      t("The wasm backend is out of memory (it can address 4 GB; {0} bytes more were asked for).", bytes),
      {
        advice: t("Make train.per_device_train_batch_size or data.max_length smaller."),
      },
    );
  };
}
