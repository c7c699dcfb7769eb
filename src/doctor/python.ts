import { t } from "../base/l10n.ts";
import { readAccelerateConfig } from "../config/facts/machine/accelerate.ts";
import {
  installedVersion,
  isMet,
  KNOWN_PACKAGES,
  requirementsOf,
  requirementsOfFramework,
  specifierOf,
  type Requirement,
} from "../config/facts/machine/requirements.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../config/types.ts";
import { joinWords } from "../config/schema/words.ts";
import type { GpuInfo } from "../launch/gpus.ts";
import { findPython, TRUST_VARIABLE, type PythonChoice } from "../launch/python/find.ts";
import { cudaTorchCommand, installCommand, managerOf, quoted } from "../launch/python/install.ts";
import { probeCuda, probePackages, type PythonDescription } from "../launch/python/probe.ts";
import { finding, shortened, type HealthFinding } from "./finding.ts";

/** Somebody waits for the whole answer: time for torch to load from a cold disk. */
const TIMEOUT_MS = 60_000;

/** What is asked about Python. */
export interface PythonQuestion {
  /** null = in general. */
  config: AnyResolvedConfig | null;
  /** The config's file. */
  file: string | null;
  baseDir: string;
  env: NodeJS.ProcessEnv;
  gpus: readonly GpuInfo[];
  signal?: AbortSignal | undefined;
}

type Framework = "torch" | "keras";

/** The interpreter and why this one, its packages, what torch sees, and whether bitsandbytes computes. */
export async function pythonFindings(question: PythonQuestion): Promise<HealthFinding[]> {
  const { config, file, baseDir, env, signal } = question;
  const frameworks = frameworksOf(config);
  if (frameworks.length === 0) return [];
  if (env[TRUST_VARIABLE] === "0") {
    return [finding("python", "information", "Python", t("not looked at: this folder is not trusted"))];
  }
  // Where nobody asked for a Python trainer, its absence keeps nothing from starting.
  const lacking = config ? "error" : "information";
  const choice = findPython({ configured: config?.hardware.python ?? null, baseDir, env });
  if (choice.path === undefined) {
    const fix = file !== null && isMade(config) ? `tuning-fork create-environment ${quoted(file)}` : null;
    return [finding("python", lacking, "Python", choice.problem, { fix })];
  }
  const options = { env: withOwn(env, config), timeoutMs: TIMEOUT_MS, signal };
  const probed = await probePackages(choice.path, KNOWN_PACKAGES, options);
  const asked = { command: probed.command, answer: shortened(probed.answer) };
  const description = probed.value;
  if (!description) {
    const detail = t("{0} ({1}) {2}", choice.path, choice.chosenBy, probed.reason);
    return [finding("python", config ? "error" : "warning", "Python", detail, asked)];
  }
  return [
    finding("python", "ok", "Python", describe(description, choice), asked),
    ...uncompiledFindings(choice.path, description, options.env),
    ...frameworks.map((framework) => packagesFinding(framework, description, question)),
    ...(frameworks.includes("torch") ? await cudaFindings(choice.path, description, question) : []),
    ...(frameworks.includes("torch") ? await accelerateFindings(env) : []),
  ];
}

function frameworksOf(config: AnyResolvedConfig | null): Framework[] {
  if (!config) return ["torch", "keras"];
  if (isScriptConfig(config) || config.model.framework === "tfjs") return [];
  return [config.model.framework];
}

/** Environments are made for PyTorch. */
const isMade = (config: AnyResolvedConfig | null): boolean =>
  config !== null && !isScriptConfig(config) && config.model.framework === "torch";

const withOwn = (env: NodeJS.ProcessEnv, config: AnyResolvedConfig | null): NodeJS.ProcessEnv => ({
  ...env,
  ...Object.fromEntries(Object.entries(config?.hardware.env ?? {}).map(([name, value]) => [name, String(value)])),
});

function describe(python: PythonDescription, { path, chosenBy }: Extract<PythonChoice, { path: string }>): string {
  const notes = [
    t("{0} at {1}, from {2}", python.version, path, chosenBy),
    t("packages by {0}", managerOf(python)),
    ...(python.isManaged ? [t("the system's own: make an environment instead of installing into it")] : []),
    ...(python.isWide ? [] : [t("32 bit: torch and TensorFlow need 64")]),
  ];
  return notes.join("; ");
}

/** Every start is slow where Python keeps nothing of what it compiled: 12 s of 20 on two cores with Transformers 5. */
function uncompiledFindings(
  path: string,
  { uncompiled }: PythonDescription,
  { PYTHONDONTWRITEBYTECODE: set }: NodeJS.ProcessEnv,
): HealthFinding[] {
  // Otherwise the first start keeps it.
  if (uncompiled === null || !set) return [];
  const detail = t("PYTHONDONTWRITEBYTECODE is set, so that every start compiles torch and Transformers anew");
  const fix = `${quoted(path)} -m compileall -q -j 0 ${quoted(uncompiled)}`;
  return [finding("bytecode", "warning", t("Compiled packages"), detail, { fix })];
}

function packagesFinding(framework: Framework, python: PythonDescription, { config }: PythonQuestion): HealthFinding {
  const needed = config ? requirementsOf(config) : requirementsOfFramework(framework);
  const title = t("Packages for {0}", framework);
  const found = needed.map((requirement) => ({
    requirement,
    version: installedVersion(requirement, python.packages),
  }));
  const isRight = (one: (typeof found)[number]): boolean =>
    one.version !== undefined && isMet(one.requirement, one.version);
  const wrong = found.filter((one) => !isRight(one));
  const there = found.filter(isRight).map(({ requirement, version }) => `${requirement.name} ${version}`);
  if (wrong.length === 0) return finding(`packages-${framework}`, "ok", title, there.join(", "));
  const lacks = joinWords(
    wrong.map(({ requirement, version }) => shortfall(requirement, version)),
    "and",
  );
  const fix = installCommand(
    python,
    wrong.map(({ requirement }) => specifierOf(requirement)),
  );
  const detail = there.length === 0 ? t("lacks {0}", lacks) : t("{0}; lacks {1}", there.join(", "), lacks);
  return finding(`packages-${framework}`, config ? "error" : "information", title, detail, { fix });
}

const shortfall = (requirement: Requirement, version: string | undefined): string =>
  version === undefined ? specifierOf(requirement) : t("{0} (there is {1})", specifierOf(requirement), version);

/** Whether torch sees the GPUs and bitsandbytes computes: both are really loaded. */
async function cudaFindings(
  path: string,
  python: PythonDescription,
  { config, env, gpus, signal }: PythonQuestion,
): Promise<HealthFinding[]> {
  const { packages, torchBuilt: built } = python;
  const torch = packages["torch"];
  if (torch === undefined) return [];
  const withBitsandbytes = "bitsandbytes" in packages;
  const probed = await probeCuda(path, withBitsandbytes, { env: withOwn(env, config), timeoutMs: TIMEOUT_MS, signal });
  const asked = { command: probed.command, answer: shortened(probed.answer) };
  const title = "CUDA";
  const level = gpus.length > 0 ? (config ? "error" : "warning") : "information";
  if (!probed.value) return [finding("cuda", "warning", title, t("loading torch {0}", probed.reason), asked)];
  const { cuda, bitsandbytes } = probed.value;
  const first = gpus.length > 0 ? t("GPUs: {0}", gpus.length) : t("no GPU here");
  const findings: HealthFinding[] = [];
  if (cuda.available) {
    findings.push(finding("cuda", "ok", title, t("torch {0} (CUDA {1}) sees the GPU", torch, built ?? "?"), asked));
  } else if (built === null) {
    const fix = gpus.length > 0 ? cudaTorchCommand(python, "torch") : null;
    const detail = t("torch {0} is built for processors; {1}", torch, first);
    findings.push(finding("cuda", level, title, detail, { ...asked, fix }));
  } else {
    const reason = cuda.reason ?? t("it does not say why");
    const detail = t("torch {0} (CUDA {1}) sees no GPU: {2}", torch, built, [reason, ...hidden(env)].join("; "));
    findings.push(finding("cuda", level, title, detail, asked));
  }
  if (bitsandbytes) findings.push(bitsandbytesFinding(bitsandbytes, packages["bitsandbytes"] ?? "", cuda.available));
  return findings;
}

const hidden = (env: NodeJS.ProcessEnv): string[] =>
  env["CUDA_VISIBLE_DEVICES"] === undefined ? [] : [`CUDA_VISIBLE_DEVICES=${env["CUDA_VISIBLE_DEVICES"]}`];

function bitsandbytesFinding(
  { usable, reason }: { usable: boolean; reason: string | null },
  version: string,
  onGpu: boolean,
): HealthFinding {
  if (usable) {
    const detail = onGpu ? t("{0} quantises on the GPU", version) : t("{0} quantises on the processor only", version);
    return finding("bitsandbytes", "ok", "bitsandbytes", detail);
  }
  const detail = t("{0} does not work: {1}", version, reason ?? t("it does not say why"));
  return finding("bitsandbytes", onGpu ? "warning" : "information", "bitsandbytes", detail);
}

async function accelerateFindings(env: NodeJS.ProcessEnv): Promise<HealthFinding[]> {
  const file = await readAccelerateConfig(env);
  if (file === null) return [];
  const detail = t("{0} would change how runs are launched; move it away, or make it say what configs say", file);
  return [finding("accelerate", "warning", "accelerate", detail)];
}
