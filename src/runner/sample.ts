import { statfsSync } from "node:fs";
import { cpus, freemem, totalmem } from "node:os";
import { sampleGpus } from "../launch/gpus.ts";
import type { Member } from "./process-tree.ts";

interface CpuTimes {
  busyMs: number;
  totalMs: number;
}

/** Samples of the machine and of the trainer's processes, as metrics `system/…`. */
export class Sampler {
  readonly #runDir: string;
  readonly #gpus: readonly string[] | null;
  readonly #members: () => Member[];
  #machine = machineTimes();
  #processes: { cpuSeconds: number; atMs: number };

  /**
   * @param gpus UUIDs to sample; null = all there are.
   * @param members the live processes of the trainer.
   */
  constructor(runDir: string, gpus: readonly string[] | null, members: () => Member[]) {
    this.#runDir = runDir;
    this.#gpus = gpus;
    this.#members = members;
    this.#processes = { cpuSeconds: sum(members(), "cpuSeconds"), atMs: performance.now() };
  }

  /**
   * One sample. CPU in percent since the last one (`system/cpu` of all cores together, `system/process.cpu` of one core, so it
   * may exceed 100), memory and disk in bytes.
   */
  async sample(signal: AbortSignal): Promise<Record<string, number>> {
    const gpus = await sampleGpus(this.#gpus, signal);
    const members = this.#members();
    const values: Record<string, number> = {
      "system/cpu": this.#machineCpu(),
      "system/memory": totalmem() - freemem(),
      "system/process.cpu": this.#processCpu(sum(members, "cpuSeconds")),
      "system/process.memory": sum(members, "rssBytes"),
    };
    const free = diskFree(this.#runDir);
    if (free !== undefined) values["system/disk.free"] = free;
    for (const { index, ...measured } of gpus) {
      for (const [name, value] of Object.entries(measured)) values[`system/gpu.${index}.${name}`] = value;
    }
    return values;
  }

  #machineCpu(): number {
    const before = this.#machine;
    this.#machine = machineTimes();
    const total = this.#machine.totalMs - before.totalMs;
    return total > 0 ? percent((this.#machine.busyMs - before.busyMs) / total) : 0;
  }

  #processCpu(cpuSeconds: number): number {
    const { cpuSeconds: before, atMs } = this.#processes;
    this.#processes = { cpuSeconds, atMs: performance.now() };
    const seconds = (this.#processes.atMs - atMs) / 1000;
    // A member that ended takes its time with it, so the sum may shrink.
    return seconds > 0 ? Math.max(0, percent((cpuSeconds - before) / seconds)) : 0;
  }
}

const percent = (fraction: number): number => Math.round(fraction * 1000) / 10;

const sum = (members: Member[], key: "cpuSeconds" | "rssBytes"): number =>
  members.reduce((total, member) => total + member[key], 0);

function machineTimes(): CpuTimes {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busyMs, totalMs: busyMs + idleMs };
}

/** Bytes an ordinary user may still write where the run lies; undefined when the file system does not say. */
function diskFree(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
