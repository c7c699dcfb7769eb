import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { askProgram } from "../../base/ask-program.ts";
import { UserError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { t } from "../../base/l10n.ts";
import { LOCK_HEAD, markOf, type EnvironmentPlan, type MakingStep } from "./environment-plan.ts";
import { probePackages } from "./probe.ts";

/** Gigabytes over a slow line. */
const STEP_TIMEOUT_MS = 2 * 60 * 60_000;
const PROBE_TIMEOUT_MS = 60_000;

export interface MakingOptions {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** What is done next, and which of how many steps that is, from 1. */
  onStep: (title: string, step: number, steps: number) => void;
  /** What the tools print, line by line. */
  onLine: (line: string) => void;
}

/** An environment that is ready. */
export interface MadeEnvironment {
  folder: string;
  python: string;
  version: string;
  /** Every package it has, by name. */
  packages: Record<string, string>;
  lock: string;
}

/**
 * Makes a planned environment and writes its lock. When it fails or is cancelled nothing of it is left.
 * Throws a `UserError` with the tool's own reason, or the signal's reason.
 */
export async function createEnvironment(plan: EnvironmentPlan, options: MakingOptions): Promise<MadeEnvironment> {
  const { folder, steps } = plan;
  const mark = markOf(folder);
  mkdirSync(dirname(folder), { recursive: true });
  writeFileSync(mark, String(process.pid));
  // What an earlier making that was killed left behind.
  rmSync(folder, { recursive: true, force: true });
  try {
    for (const [at, step] of steps.entries()) await runStep(step, at + 1, steps.length, options);
    const made = await describe(plan, options);
    rmSync(mark);
    return made;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    rmSync(mark, { force: true });
    throw error;
  }
}

async function runStep(
  { title, ways }: MakingStep,
  step: number,
  steps: number,
  options: MakingOptions,
): Promise<void> {
  options.onStep(title, step, steps);
  let said = "";
  for (const way of ways) {
    const answer = await runTool(way, options);
    if (answer.how === "done") return;
    said = reasonIn(`${answer.stdout}\n${answer.stderr}`) || t("It said nothing.");
    if (answer.how === "slow") said = t("It took longer than {0} hours.", STEP_TIMEOUT_MS / 3_600_000);
  }
  throw new UserError("environment-not-made", t("{0} failed: {1}", title, said), { advice: adviceFor(said) });
}

async function runTool([program = "", ...args]: string[], { env, signal, onLine }: MakingOptions) {
  onLine(`$ ${[program, ...args].join(" ")}`);
  let rest = "";
  const onText = (text: string): void => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine(line);
  };
  // Neither an active environment nor settings of the person's home may lead the tools elsewhere.
  const { VIRTUAL_ENV: _active, PYTHONHOME: _home, ...own } = env;
  const answer = await askProgram(program, args, {
    env: { ...own, PYTHONNOUSERSITE: "1", PYTHONUTF8: "1" },
    timeoutMs: STEP_TIMEOUT_MS,
    signal,
    onText,
  });
  if (rest.trim() !== "") onLine(rest);
  return answer;
}

async function describe(plan: EnvironmentPlan, options: MakingOptions): Promise<MadeEnvironment> {
  const { env, signal } = options;
  const frozen = await runTool(plan.freeze, { ...options, onLine: () => undefined });
  const { value, reason } = await probePackages(plan.python, ["*"], { env, timeoutMs: PROBE_TIMEOUT_MS, signal });
  if (frozen.how !== "done" || !value) {
    throw new UserError(
      "environment-not-made",
      t("The new environment does not answer: {0} {1}.", plan.python, reason),
    );
  }
  const head = `${LOCK_HEAD}Python ${value.version}, torch for ${plan.build.kind} (${plan.build.reason}).\n`;
  writeFileAtomic(plan.lock, `${head}${frozen.stdout.trim()}\n`);
  return {
    folder: plan.folder,
    python: plan.python,
    version: value.version,
    packages: value.packages,
    lock: plan.lock,
  };
}

/** The line that says what went wrong, of what a tool printed. */
function reasonIn(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const telling = lines.find((line) =>
    /^(?:error|ERROR)\b|No space left|No matching distribution|not available|No solution found|No interpreter found/.test(
      line,
    ),
  );
  return (telling ?? lines.findLast((line) => line !== "") ?? "").slice(0, 300);
}

function adviceFor(said: string): string {
  if (/ensurepip|venv/.test(said))
    return t("Install the system's package for it (python3-venv on Debian and Ubuntu), or uv.");
  if (/No space left/.test(said)) return t("Free some gigabytes, then try again.");
  if (/resolve|connect|dns|timed out|network|Max retries/i.test(said))
    return t("Check the connection and the proxy, then try again.");
  return t("What the tool printed says more; then try again.");
}
