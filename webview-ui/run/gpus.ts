import type { RunView } from "../../src/messages/run-view.ts";

export interface UsedGpu {
  index: number;
  name: string;
  memoryBytes: number;
  /** What its samples' names begin with: `system/gpu.0.`. */
  prefix: string;
}

const SAMPLE = /^system\/gpu\.(\d+)\./;

/** The GPUs the run was sampled on, by index. */
export function usedGpus({ metrics, machine }: Pick<RunView, "metrics" | "machine">): UsedGpu[] {
  const found = new Set(Object.keys(metrics).flatMap((name) => SAMPLE.exec(name)?.[1] ?? []));
  return [...found]
    .map(Number)
    .sort((a, b) => a - b)
    .map((index) => {
      const gpu = machine.gpus.find((one) => one.index === index);
      return {
        index,
        name: gpu?.name ?? "",
        memoryBytes: gpu?.memoryBytes ?? 0,
        prefix: `system/gpu.${index}.`,
      };
    });
}
