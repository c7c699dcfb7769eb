import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * How many processes of this process's memory cgroup the kernel's out-of-memory killer has ended so far; undefined when
 * that cannot be read. Version 2: `oom_kill` of `memory.events`; version 1: `oom_kill` of `memory.oom_control`.
 */
export function oomKills(): number | undefined {
  for (const file of counterFiles()) {
    try {
      const count = /^oom_kill (\d+)$/m.exec(readFileSync(file, "utf8"))?.[1];
      if (count !== undefined) return Number(count);
    } catch {
      continue; // the other version, or not mounted here
    }
  }
  return undefined;
}

/** One sentence on a trainer, or the user's own script, that ended by a signal nobody of us sent. */
export function describeKill(signal: string, kills: number | undefined, who: "trainer" | "script" = "trainer"): string {
  if (signal !== "SIGKILL") return `The ${who} was ended by ${signal}${MEANINGS[signal] ?? " from outside"}.`;
  if (kills !== undefined && kills > 0) {
    const advice = who === "script" ? "take a smaller batch" : "take a smaller batch or a shorter max_length";
    return `Out of memory: the kernel's out-of-memory killer ended the ${who} with SIGKILL; ${advice}.`;
  }
  return `The ${who} was killed by SIGKILL from outside; out of memory is the usual cause.`;
}

const MEANINGS: Record<string, string> = {
  SIGSEGV: " (a fault in native code)",
  SIGBUS: " (a fault in native code, or the disk under a mapped file was full)",
  SIGILL: " (an instruction this processor does not know)",
  SIGFPE: " (an arithmetic fault in native code)",
  SIGABRT: " (it gave up; its last output may say why)",
};

function counterFiles(): string[] {
  if (process.platform !== "linux") return [];
  let groups: string;
  try {
    groups = readFileSync("/proc/self/cgroup", "utf8");
  } catch {
    return [];
  }
  // Lines are `id:controllers:path` (cgroups(7)). In a container the path may not exist below its own mount, then the mount itself is ours.
  return groups.split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === "")
      return ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].flatMap((mount) => files(mount, path, "memory.events"));
    return controllers?.split(",").includes("memory") ? files("/sys/fs/cgroup/memory", path, "memory.oom_control") : [];
  });
}

const files = (mount: string, path: string, file: string): string[] => [join(mount, path, file), join(mount, file)];
