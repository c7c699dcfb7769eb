import { askProgram, type Answer } from "../../base/ask-program.ts";
import { t } from "../../base/l10n.ts";
import { CUDA_SCRIPT, MARK, PACKAGES_SCRIPT } from "./scripts.ts";

/** An interpreter as it describes itself, without anything imported. */
export interface PythonDescription {
  executable: string;
  version: string;
  /** Folder of its environment. */
  prefix: string;
  /** 64 bit. */
  isWide: boolean;
  isConda: boolean;
  /** Its environment was made by uv. */
  isUv: boolean;
  hasPip: boolean;
  /** Belongs to the system, whose package manager forbids others to install into it (PEP 668). */
  isManaged: boolean;
  /** Versions by distribution name. */
  packages: Record<string, string>;
  /** CUDA or ROCm version torch was built for; null = for the CPU, or torch is not there. */
  torchBuilt: string | null;
  /** Folder of packages of which Python keeps no compiled form, as one sees by transformers; null = it does, or that is not there. */
  uncompiled: string | null;
}

/** What torch and bitsandbytes found when they were really loaded. */
export interface CudaDescription {
  cuda: { available: boolean; reason: string | null };
  /** null when it was not asked about. */
  bitsandbytes: { usable: boolean; reason: string | null } | null;
}

/** What was asked, as one could type it, what came back, and what of it could be understood. */
export interface Probed<T> {
  readonly command: string;
  readonly answer: Answer;
  readonly value: T | undefined;
  /** Why there is no value: a clause that goes on from the interpreter's path ("did not answer within 20 s"). */
  readonly reason: string;
}

export interface ProbeOptions {
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** In the place of names: every distribution that is there. */
export const ALL_PACKAGES: readonly string[] = ["*"];

/** Asks an interpreter for its version and the versions of some distributions. */
export const probePackages = (path: string, names: readonly string[], options: ProbeOptions) =>
  probe<PythonDescription>(path, PACKAGES_SCRIPT, ["packages", ...names], isDescription, options);

/** Asks an interpreter to load torch, and bitsandbytes where that is there. */
export const probeCuda = (path: string, withBitsandbytes: boolean, options: ProbeOptions) =>
  probe<CudaDescription>(
    path,
    CUDA_SCRIPT,
    ["cuda", ...(withBitsandbytes ? ["bitsandbytes"] : [])],
    isCudaDescription,
    options,
  );

async function probe<T>(
  path: string,
  script: string,
  args: string[],
  isAnswer: (value: object) => boolean,
  options: ProbeOptions,
): Promise<Probed<T>> {
  // -I: neither the folder one stands in nor PYTHONPATH may put something in front of the real packages.
  const answer = await askProgram(path, ["-I", "-c", script, ...args], options);
  const line = answer.stdout.split("\n").findLast((one) => one.startsWith(MARK));
  const value = answer.how === "done" && line !== undefined ? objectIn(line.slice(MARK.length)) : undefined;
  const isSound = value !== undefined && isAnswer(value);
  return {
    command: `${path} -I -c … ${args.join(" ")}`,
    answer,
    value: isSound ? (value as T) : undefined,
    reason: isSound ? "" : reasonOf(answer, options.timeoutMs),
  };
}

function reasonOf({ how, code, stderr }: Answer, timeoutMs: number): string {
  const last = stderr.trim().split("\n").at(-1)?.slice(0, 300).replace(/\.$/, "") ?? "";
  if (how === "slow") return t("did not answer within {0} s", timeoutMs / 1000);
  if (how === "missing") return t("is not there");
  if (how === "done") return t("did not answer as Python does");
  return last === "" ? t("ended with {0}", code ?? "?") : t("ended with {0}: {1}", code ?? "?", last);
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isDescription(value: Partial<PythonDescription>): boolean {
  const texts = [value.executable, value.version, value.prefix];
  return texts.every((text) => typeof text === "string") && typeof value.packages === "object";
}

const isCudaDescription = (value: Partial<CudaDescription>): boolean => typeof value.cuda?.available === "boolean";
