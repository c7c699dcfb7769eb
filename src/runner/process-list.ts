import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** One live process. Zombies are not listed: nothing of them is left but their exit code. */
export interface ListedProcess {
  pid: number;
  /** Who started it; whoever inherited it where that one is gone. */
  parent: number;
  /** Its process group. */
  group: number;
  /** With the pid it names the process for good; compared for equality only. */
  startTime: string;
  /** User and system time so far, in seconds. */
  cpuSeconds: number;
  /** Asked for few of those that are listed. */
  rssBytes: () => number;
}

/** All processes of this machine that can be seen from here; none on Windows, which has no groups to look for. */
export function listProcesses(): ListedProcess[] {
  if (process.platform === "win32") return [];
  return process.platform === "linux" ? listedByKernel() : listedByPs();
}

function listedByKernel(): ListedProcess[] {
  return pidsOfKernel().flatMap((pid) => {
    const stat = readOf(pid, "stat");
    // proc(5); counted from the bracket that closes the command's name: 0 state, 1 ppid, 2 pgrp, 11 utime, 12 stime, 19 starttime.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, parent, group] = fields;
    if (stat === "" || state === "Z" || state === "X") return [];
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / USER_HZ;
    const rssBytes = (): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(readOf(pid, "status"))?.[1] ?? 0) * 1024;
    return [{ pid, parent: Number(parent), group: Number(group), startTime: fields[19]!, cpuSeconds, rssBytes }];
  });
}

/** Clock ticks a second in /proc, fixed by the kernel's interface on every architecture Node runs on. */
const USER_HZ = 100;

function listedByPs(): ListedProcess[] {
  return ps("-A", "-o", "pid=,ppid=,pgid=,state=,time=,rss=,lstart=").flatMap((line) => {
    const [pid, parent, group, state, time, rss, ...started] = line.trim().split(/\s+/);
    if (!time || state?.startsWith("Z")) return [];
    const cpuSeconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
    const rssBytes = (): number => Number(rss) * 1024;
    const startTime = started.join(" ");
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), startTime, cpuSeconds, rssBytes }];
  });
}

/** Live processes whose environment, as it was when their program began, has this line (`NAME=value`). */
export function pidsWithVariable(line: string): Set<number> {
  if (process.platform === "win32") return new Set();
  if (process.platform === "linux")
    return new Set(pidsOfKernel().filter((pid) => readOf(pid, "environ").split("\0").includes(line)));
  const lines = ps("-A", "-E", "-o", "pid=,command=").filter((one) => one.split(/\s+/).includes(line));
  return new Set(lines.map((one) => Number.parseInt(one, 10)));
}

/** Its program and arguments; empty when it is gone. */
export function commandLineOf(pid: number): string {
  if (process.platform === "linux") return readOf(pid, "cmdline").replaceAll("\0", " ");
  return ps("-o", "command=", "-p", String(pid)).join(" ");
}

const pidsOfKernel = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Empty when the process ended while we looked, or its owner lets nobody look. */
function readOf(pid: number, file: "stat" | "status" | "environ" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function ps(...args: string[]): string[] {
  try {
    return execFileSync("ps", args, { encoding: "utf8", timeout: 5000, stdio: ["ignore", "pipe", "ignore"] }).split(
      "\n",
    );
  } catch {
    return []; // none of those asked for is there
  }
}
