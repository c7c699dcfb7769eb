import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILES = { "adapter_model.safetensors": 4_700_000, "optimizer.safetensors": 14_200_000 };

export const CHECKPOINT_BYTES = 18_900_000;

/** A checkpoint's folder with files of their full size, of which the disk holds nothing. */
export function seedCheckpoint(dir: string, epoch: number): void {
  mkdirSync(dir, { recursive: true });
  for (const [name, bytes] of Object.entries(FILES)) {
    writeFileSync(join(dir, name), "");
    truncateSync(join(dir, name), bytes);
  }
  writeFileSync(join(dir, "tuning-fork.json"), JSON.stringify({ version: 1, epoch }));
}
