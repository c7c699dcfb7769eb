import { open, statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { dirname } from "node:path";
import { askProgram } from "../../../base/ask-program.ts";
import type { MachineFacts } from "../facts.ts";

const SYSCTL_TIMEOUT_MS = 3000;
const STATFS_TIMEOUT_MS = 3000;
/** The flags of the first core; those of the others are the same. */
const CPUINFO_BYTES = 64 * 1024;
const CPUINFO = "/proc/cpuinfo";

/** The processor: cores this process may use, and whether it computes in bfloat16 itself. */
export async function readCpu(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<MachineFacts["cpu"]> {
  const hasBf16 =
    process.platform === "darwin" ? await macHasBf16(env, signal) : hasBf16Flag(await beginningOf(CPUINFO));
  return { cores: availableParallelism(), hasBf16 };
}

/** AVX512-BF16 or AMX on x86, BF16 on ARM, by the kernel's list of flags. */
export function hasBf16Flag(cpuinfo: string): boolean {
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/) ?? [];
  return ["avx512_bf16", "amx_bf16", "bf16"].some((flag) => flags.includes(flag));
}

async function macHasBf16(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<boolean> {
  const args = ["-n", "hw.optional.arm.FEAT_BF16"];
  return (
    (await askProgram("/usr/sbin/sysctl", args, { env, timeoutMs: SYSCTL_TIMEOUT_MS, signal })).stdout.trim() === "1"
  );
}

async function beginningOf(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(CPUINFO_BYTES), 0, CPUINFO_BYTES, null);
      return buffer.toString("latin1", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return ""; // not Linux
  }
}

/** Main memory, within the limit of a container. */
export function readMemory(): MachineFacts["memory"] {
  const limit = process.constrainedMemory?.() ?? 0;
  // Without a limit the kernel says a number near 2⁶³.
  const totalBytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  const available = process.availableMemory?.() ?? Infinity;
  return { totalBytes, freeBytes: Math.min(freemem(), available, totalBytes) };
}

/** Free bytes at a path, or where its nearest folder that exists is; null where no answer comes. */
export async function readDiskFree(path: string): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  // A network drive that is gone does not answer at all.
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, STATFS_TIMEOUT_MS, null);
  });
  try {
    return await Promise.race([freeAt(path), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function freeAt(path: string): Promise<number | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch {
      if (folder === dirname(folder)) return null;
    }
  }
}
