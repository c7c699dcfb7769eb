import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { codeDir } from "../../../base/code-dir.ts";
import { runtimeDir } from "./places.ts";

/** An installed TensorFlow binding for Node. */
export interface NativePackage {
  readonly name: string;
  readonly version: string;
  readonly dir: string;
  /** When its compiled addon was written (epoch ms); null when there is none, as when its install script never ran. */
  readonly addonMs: number | null;
}

/** The GPU package first: it holds the CPU's kernels too. */
const NAMES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/**
 * Looks for the binding where the product or its workspace has its packages (a run's code lies in the workspace), then in
 * the runtime folder. One whose addon was never compiled is returned only when there is no better.
 */
export function findNativePackage(env: NodeJS.ProcessEnv = process.env): NativePackage | undefined {
  const places = [codeDir(), process.cwd(), runtimeDir(env)];
  const found = places.flatMap((place) => NAMES.flatMap((name) => packageAt(place, name) ?? []));
  return found.find(({ addonMs }) => addonMs !== null) ?? found[0];
}

/** Loads the binding; it registers the backend `tensorflow`. A crash in native code takes this process along. */
export function loadNativePackage({ dir }: NativePackage): void {
  const require = createRequire(join(dir, "package.json"));
  // The package calls this on every operation, and Node 23 removed it.
  const util = require("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  require(dir);
}

function packageAt(place: string, name: string): NativePackage | undefined {
  const resolver = createRequire(join(place, "package.json"));
  for (const folder of resolver.resolve.paths(name) ?? []) {
    const file = join(folder, name, "package.json");
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) continue;
    const { version } = resolver(file) as { version: string };
    const dir = dirname(file);
    const addon = statSync(join(dir, "lib", "napi-v8", "tfjs_binding.node"), { throwIfNoEntry: false });
    return { name, version, dir, addonMs: addon?.mtimeMs ?? null };
  }
  return undefined;
}
