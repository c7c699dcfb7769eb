import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { errnoOf } from "../base/errors.ts";

/** One live process of a group. Zombies are not listed: nothing of them is left but their exit code. */
export interface GroupMember {
  pid: number;
  /** User and system time so far, in seconds. */
  cpuSeconds: number;
  rssBytes: number;
}

/** Live members of a process group. On Windows, which has none, the leader itself when it lives. */
export function groupMembers(pgid: number): GroupMember[] {
  if (process.platform === "linux") return linuxMembers(pgid);
  if (process.platform === "win32") return isThere(pgid) ? [{ pid: pgid, cpuSeconds: 0, rssBytes: 0 }] : [];
  return psMembers(pgid);
}

/** Sends a signal to every member; a group that is gone is no error. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): void {
  try {
    if (process.platform === "win32") execFileSync("taskkill", ["/pid", String(pgid), "/T", "/F"], { stdio: "ignore" });
    else process.kill(-pgid, signal);
  } catch (error) {
    if (process.platform !== "win32" && errnoOf(error) !== "ESRCH") throw error;
  }
}

/**
 * Members of a group whose leader is gone, that were started for this run. A group's number may have been given to
 * others since; the environment a process was started with tells.
 */
export function orphansOf(pgid: number, runId: string): GroupMember[] {
  return groupMembers(pgid).filter(({ pid }) => environmentOf(pid).includes(`TUNING_FORK_RUN_ID=${runId}`));
}

function linuxMembers(pgid: number): GroupMember[] {
  const members: GroupMember[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // proc(5); counted from the bracket that closes the command's name: 0 state, 2 pgrp, 11 utime, 12 stime.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(fields[2]) !== pgid || fields[0] === "Z" || fields[0] === "X") continue;
      const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${name}/status`, "utf8"));
      members.push({
        pid: Number(name),
        cpuSeconds: (Number(fields[11]) + Number(fields[12])) / USER_HZ,
        rssBytes: Number(rss?.[1] ?? 0) * 1024,
      });
    } catch {
      continue; // it ended while we looked
    }
  }
  return members;
}

/** Clock ticks a second in /proc, fixed by the kernel's interface on every architecture Node runs on. */
const USER_HZ = 100;

function psMembers(pgid: number): GroupMember[] {
  const members: GroupMember[] = [];
  const lines = execFileSync("ps", ["-A", "-o", "pid=,pgid=,state=,time=,rss="], { encoding: "utf8", timeout: 5000 });
  for (const line of lines.split("\n")) {
    const [pid, group, state, time, rss] = line.trim().split(/\s+/);
    if (Number(group) !== pgid || !time || state?.startsWith("Z")) continue;
    const cpuSeconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
    members.push({ pid: Number(pid), cpuSeconds, rssBytes: Number(rss) * 1024 });
  }
  return members;
}

function environmentOf(pid: number): string[] {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    if (process.platform === "win32") return [];
    return execFileSync("ps", ["-E", "-o", "command=", "-p", String(pid)], { encoding: "utf8", timeout: 5000 }).split(
      /\s+/,
    );
  } catch {
    return [];
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
