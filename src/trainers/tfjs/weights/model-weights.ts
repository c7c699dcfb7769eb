import { join } from "node:path";
import { requireModelFiles, weightFiles } from "../../../models/files.ts";
import { openSafetensors, type SafetensorsFile } from "./safetensors.ts";

/** The weights of a model folder, whether they lie in one file or in shards. */
export interface ModelWeights {
  /** The first of these names that the folder holds. */
  find(names: readonly string[]): string | undefined;
  shapeOf(name: string): readonly number[];
  read(name: string): Float32Array;
  fileOf(name: string): string;
  close(): void;
}

/** Opens `model.safetensors`, or the shards that its index names. Neither being there is a `UserError`. */
export function openModelWeights(dir: string): ModelWeights {
  requireModelFiles(dir);
  const files: SafetensorsFile[] = [];
  const close = (): void => files.forEach((file) => file.close());
  try {
    for (const name of weightFiles(dir)) files.push(openSafetensors(join(dir, name)));
  } catch (error) {
    close();
    throw error;
  }
  const fileOf = new Map(files.flatMap((file) => file.names.map((name) => [name, file] as const)));
  return {
    find: (names) => names.find((name) => fileOf.has(name)),
    shapeOf: (name) => fileOf.get(name)!.shapeOf(name),
    read: (name) => fileOf.get(name)!.read(name),
    fileOf: (name) => fileOf.get(name)!.path,
    close,
  };
}
