/** The Python logger beside others: the time of one call with ten metrics, and what SIGKILL leaves of fifty calls a second. */
import {
  execFileSync,
  spawn,
  spawnSync,
  type ChildProcess,
  type ExecFileSyncOptionsWithStringEncoding,
} from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sleep } from "../src/base/clock.ts";
import { percentile, type Report } from "./lib/report.ts";

const AREA = "logger";
const ROUNDS = 5;
const CALLS = 20_000;
/** Of loggers whose call takes some hundred microseconds and more. */
const SLOW_CALLS = 3_000;
const RARE_CALLS = 100;
/** Steps that were logged before each kill; no multiples of what a buffer may hold. */
const KILL_AFTER = [97, 113, 131];
/** Time for processes that outlive the killed one to write what they have. */
const SETTLE_MS = 3000;
const TIMEOUT_MS = 5 * 60_000;
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Pinned, so that two measurements are of the same. */
const PEER_PACKAGES = ["wandb==0.31.0", "trackio==0.43.0", "tensorboardX==2.6.5"];
const OURS = "tuning-fork";
const PLAIN = { "json-lines": "JSON lines, buffered", "json-lines-flushed": "JSON lines, each flushed" };
const PEERS = { tensorboardx: "tensorboardX", wandb: "wandb offline", trackio: "trackio" };

/** What of the logged steps a new process can read, and how many there were. */
interface Kill {
  logged: number;
  left: number;
}

export async function bench(report: Report): Promise<void> {
  const peers = peersPython();
  if (peers === undefined)
    console.error(`  ${PEER_PACKAGES.join(", ")} could not be installed: only this product's logger is measured.`);
  const python = peers ?? process.env["TUNING_FORK_TEST_PYTHON"] ?? "python3";
  const loggers = { [OURS]: "tuning_fork", ...PLAIN, ...(peers === undefined ? {} : PEERS) };
  for (const [logger, name] of Object.entries(loggers)) {
    const isOurs = logger === OURS;
    const calls = logger in PEERS ? SLOW_CALLS : CALLS;
    costs(report, name, "back to back", isOurs, () => costsOf(python, logger, calls, 0));
    costs(report, name, "one each 20 ms", false, () => costsOf(python, logger, RARE_CALLS, 20));
    const kills: Kill[] = [];
    for (const steps of KILL_AFTER) kills.push(await kill(python, logger, steps));
    report.add({
      area: AREA,
      name: `${name}: steps lost by SIGKILL, of those logged at 50 a second`,
      unit: "%",
      samples: kills.map(({ logged, left }) => (100 * Math.max(0, logged - left)) / logged),
      ...(isOurs && { goal: "≤ 0" }),
    });
  }
}

function costs(report: Report, name: string, pace: string, goals: boolean, measure: () => number[]): void {
  const rounds = Array.from({ length: ROUNDS }, measure);
  for (const [figure, share, goal] of [
    ["p50", 0.5, "≤ 2"],
    ["p99", 0.99, "≤ 50"],
  ] as const) {
    const samples = rounds.map((one) => percentile(one, share));
    report.add({ area: AREA, name: `${name}, ${pace}: ${figure}`, unit: "µs", samples, ...(goals && { goal }) });
  }
}

/** Microseconds of each call, in a process of its own. */
function costsOf(python: string, logger: string, calls: number, pauseMs: number): number[] {
  return inFolder((folder) => {
    const args = [script(), "cost", logger, folder, String(calls), String(pauseMs)];
    const output = execFileSync(python, args, { ...QUIET, timeout: TIMEOUT_MS, maxBuffer: 1 << 28 });
    return JSON.parse(output.trim().split("\n").at(-1)!) as number[];
  });
}

/** Kills a process that logs, and counts what a new one can read. */
async function kill(python: string, logger: string, steps: number): Promise<Kill> {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-bench-"));
  try {
    const child = spawn(python, [script(), "live", logger, folder], {
      env: QUIET.env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const logged = await stepsUntilKilled(child, steps);
    await sleep(SETTLE_MS);
    const left = execFileSync(python, [script(), "left", logger, folder], { ...QUIET, timeout: TIMEOUT_MS });
    return { logged, left: Number(left) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function stepsUntilKilled(child: ChildProcess, steps: number): Promise<number> {
  const limit = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
  let logged = 0;
  try {
    for await (const line of createInterface({ input: child.stdout! })) {
      logged = /^\d+$/.test(line) ? Number(line) : logged; // some loggers print
      if (logged >= steps && !child.killed) child.kill("SIGKILL");
    }
  } finally {
    clearTimeout(limit);
  }
  if (logged < steps) throw new Error(`The process that logs ended after ${logged} steps.`);
  return logged;
}

const script = (): string => join(process.cwd(), "bench/python/loggers.py");

const QUIET = {
  encoding: "utf8",
  env: { ...process.env, PYTHONPATH: join(process.cwd(), "python") },
  stdio: ["ignore", "pipe", "ignore"],
} satisfies ExecFileSyncOptionsWithStringEncoding;

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-bench-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The interpreter with the other loggers, `.cache/bench-python`, made once; undefined when it cannot be. */
function peersPython(): string | undefined {
  const home = join(process.cwd(), ".cache/bench-python");
  const python = join(home, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const made = join(home, ".made");
  const key = PEER_PACKAGES.join("\n");
  if (existsSync(made) && readFileSync(made, "utf8") === key && existsSync(python)) return python;
  console.error("  Installing other loggers, once…");
  rmSync(home, { recursive: true, force: true });
  const quiet = { stdio: "ignore", timeout: INSTALL_TIMEOUT_MS } as const;
  const hasUv = spawnSync("uv", ["--version"], quiet).status === 0;
  const venv = hasUv ? ["uv", "venv", "--quiet", home] : ["python3", "-m", "venv", home];
  const install = hasUv
    ? ["uv", "pip", "install", "--quiet", "--python", python]
    : [python, "-m", "pip", "install", "--quiet"];
  for (const [program, ...args] of [venv, [...install, ...PEER_PACKAGES]])
    if (spawnSync(program!, args, quiet).status !== 0) return undefined;
  writeFileSync(made, key);
  return python;
}
