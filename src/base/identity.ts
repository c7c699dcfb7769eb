import { readFileSync, readlinkSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { hostname } from "node:os";

/** Names one process for good: a pid alone is reused, a pid with its start time, boot and namespace is not. */
export interface ProcessIdentity {
  pid: number;
  /** Start time in the platform's own unit (Linux: clock ticks since boot); compared for equality only. */
  startTime: string;
  /** Changes at each boot of the machine. */
  bootId: string;
  /** Linux pid namespace; pids of another namespace (a container) mean nothing here. */
  pidNamespace: string;
  host: string;
}

/** `unknown`: it belongs to another host or pid namespace, so nothing here can tell. */
export type Liveness = "alive" | "dead" | "unknown";

/** Whether two identities name the same process. */
export function sameProcess(a: ProcessIdentity | null | undefined, b: ProcessIdentity | null | undefined): boolean {
  if (!a || !b) return false;
  return (
    a.pid === b.pid &&
    a.startTime === b.startTime &&
    a.bootId === b.bootId &&
    a.pidNamespace === b.pidNamespace &&
    a.host === b.host
  );
}

/** Identity of a live process, or undefined when there is none with this pid (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  if (startTime === undefined) return undefined;
  return { pid, startTime, bootId: bootId(), pidNamespace: pidNamespace(), host: hostname() };
}

/** This process. */
export function identifySelf(): ProcessIdentity {
  const self = identify(process.pid);
  if (!self) throw new Error("this process cannot read its own start time");
  return self;
}

/**
 * Whether the process an identity names is alive.
 * `unknown` when it cannot be judged from here: it belongs to another host, or to another pid namespace of this host.
 * A different boot of the same host proves it dead.
 */
export function isAlive(identity: ProcessIdentity): Liveness {
  if (identity.bootId !== bootId()) return identity.host === hostname() ? "dead" : "unknown";
  if (identity.pidNamespace !== pidNamespace()) return "unknown";
  return startTimeOf(identity.pid) === identity.startTime ? "alive" : "dead";
}

/** Whether the machine has been restarted since this process of it ran. */
export function wasRestarted(identity: ProcessIdentity): boolean {
  return identity.host === hostname() && identity.bootId !== bootId();
}

/** Whether it is (or was) a process of this machine since its last boot, perhaps in another container. */
export const isSameBoot = (identity: ProcessIdentity): boolean => identity.bootId === bootId();

let cachedBootId: string | undefined;
function bootId(): string {
  cachedBootId ??=
    process.platform === "linux"
      ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
      : process.platform === "darwin"
        ? execFileSync("sysctl", ["-n", "kern.boottime"], { encoding: "utf8" }).replace(/\D+/g, "-")
        : hostname();
  return cachedBootId;
}

function pidNamespace(): string {
  return process.platform === "linux" ? readlinkSync("/proc/self/ns/pid") : "";
}

function startTimeOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The command name (field 2) may hold spaces and brackets, so count from its closing bracket: state is field 3, starttime field 22.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
    }
    if (process.platform === "win32") {
      const script = `(Get-Process -Id ${pid}).StartTime.Ticks`;
      return (
        execFileSync("powershell", ["-NoProfile", "-Command", script], { encoding: "utf8", stdio: "pipe" }).trim() ||
        undefined
      );
    }
    const line = execFileSync("ps", ["-o", "lstart=,state=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
    return line === "" || line.endsWith("Z") ? undefined : line.slice(0, line.lastIndexOf(" "));
  } catch {
    return undefined; // no such process
  }
}
