import { formatMemory } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import type { GpuInfo } from "../../launch/gpus.ts";
import { probeCapabilities, probeGpus } from "../../launch/gpus.ts";
import { CONTEXT, quantisedWeights } from "../estimate/formulas.ts";
import { gpuMemory } from "../estimate/gpu-memory.ts";
import { lengthLimit, precisionOf } from "../estimate/recipe.ts";
import type { ModelFacts } from "../facts/facts.ts";
import { readModelFacts } from "../facts/model.ts";
import { parseConfig } from "../parse.ts";
import { resolveConfig } from "../resolve.ts";
import { isScriptConfig, type ResolvedConfig } from "../types.ts";
import { isEmbeddable, type ModelChoice } from "./models.ts";
import { configFor, type MethodType, type NewConfig } from "./text.ts";
import type { Framework } from "./trainable.ts";

/** A way to train, and why it is or is not recommended here. */
export interface MethodChoice {
  framework: Framework;
  method: MethodType;
  /** One phrase. */
  reason: string;
  /** Tokens the model takes; null = no limit, or not known. */
  positions: number | null;
}

/** What is known when a method is chosen. */
export type Undecided = Omit<NewConfig, "framework" | "method" | "positions" | "model">;

/** The card with most free memory. */
export interface Gpu extends Pick<GpuInfo, "name" | "freeBytes"> {
  capability: number | null;
}

/** The freest GPU of this machine; undefined without one. Rejects only when `signal` is aborted. */
export async function freestGpu(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Gpu | undefined> {
  const [gpus, capabilities] = await Promise.all([probeGpus(env, signal), probeCapabilities(env, signal)]);
  const [freest] = gpus.toSorted((a, b) => b.freeBytes - a.freeBytes);
  return freest && { ...freest, capability: capabilities.get(freest.uuid) ?? null };
}

interface Surroundings {
  baseDir: string;
  env: NodeJS.ProcessEnv;
  gpu: Gpu | undefined;
  signal?: AbortSignal;
}

/** Below this share of the free memory a longer row does not end the run. */
const AIM = 0.85;

/** Ways to train a model, the recommended one first: PyTorch where a GPU holds it, else the embedded trainer where that knows it. */
export async function methodChoices(
  about: Undecided,
  model: ModelChoice,
  { baseDir, env, gpu, signal }: Surroundings,
): Promise<MethodChoice[]> {
  const base = { ...about, model: model.name, positions: null };
  const facts = await factsFor({ ...base, framework: "torch", method: "lora" }, baseDir, env, signal);
  const positions = facts && !facts.hasFlexiblePositions ? facts.positions : null;
  const embedded = embeddedChoices(about, model, gpu).map((choice) => ({ ...choice, positions }));
  if (model.name.startsWith("builtin:")) return embedded;
  const sized = TORCH[isEncoderTask(about) ? "encoder" : "generator"].map((method) => {
    const bytes = peakBytes({ ...base, positions, framework: "torch", method }, { facts, model, gpu });
    const fits = gpu === undefined || bytes === undefined ? undefined : bytes <= AIM * gpu.freeBytes;
    return { method, bytes, fits };
  });
  const isTorchFirst = gpu !== undefined && sized.some(({ fits }) => fits !== false);
  const ranked = [
    ...sized.filter(({ fits }) => fits === true),
    ...sized.filter(({ fits }) => fits === undefined).toSorted(leastFirst(gpu !== undefined)),
    ...sized.filter(({ fits }) => fits === false).toSorted((a, b) => (a.bytes ?? 0) - (b.bytes ?? 0)),
  ];
  const torch = ranked.map(({ method, bytes, fits }) => ({
    framework: "torch" as const,
    method,
    reason: torchReason(method, bytes, fits, gpu),
    positions,
  }));
  return isTorchFirst ? [...torch, ...embedded] : [...embedded, ...torch];
}

const isEncoderTask = ({ goal }: Pick<NewConfig, "goal">): boolean =>
  goal === "classify" || goal === "tag" || goal === "embed";

/** What is best where there is room for it: adapters keep what a language model knows, an encoder learns more as a whole. */
const TORCH: Readonly<Record<"encoder" | "generator", readonly MethodType[]>> = {
  encoder: ["full", "lora", "qlora"],
  generator: ["lora", "qlora", "full"],
};

/** Where nothing is known of sizes, adapters are the safe choice; quantised ones need a GPU. */
const leastFirst =
  (hasGpu: boolean) =>
  (a: { method: MethodType }, b: { method: MethodType }): number => {
    const order: MethodType[] = hasGpu ? ["lora", "qlora", "full"] : ["lora", "full", "qlora"];
    return order.indexOf(a.method) - order.indexOf(b.method);
  };

type Unplaced = Omit<MethodChoice, "positions">;

function embeddedChoices({ goal }: Undecided, model: ModelChoice, gpu: Gpu | undefined): Unplaced[] {
  if (goal !== "classify" || !isEmbeddable(model)) return [];
  const reason = model.name.startsWith("builtin:")
    ? t("trains on any machine, without Python")
    : gpu
      ? t("needs no Python")
      : t("no GPU was found, and this needs none");
  const choice = (method: MethodType, why: string): Unplaced => {
    return { framework: "tfjs", method, reason: why };
  };
  const full = choice("full", reason);
  // A head on random weights learns next to nothing.
  if (model.name === "builtin:tiny") return [full];
  return [full, choice("freeze", t("fastest; learns less than all weights would"))];
}

function torchReason(
  method: MethodType,
  bytes: number | undefined,
  fits: boolean | undefined,
  gpu: Gpu | undefined,
): string {
  if (!gpu) return method === "qlora" ? t("needs a GPU, and none was found") : t("no GPU was found; slow without one");
  if (bytes === undefined) return t("how much memory it takes is not known: the model is not on this machine");
  const [needed, free] = [formatMemory(bytes), formatMemory(gpu.freeBytes)];
  return fits
    ? t("takes about {0} of the {1} free on {2}", needed, free, gpu.name)
    : t("takes about {0}; {1} has {2} free", needed, gpu.name, free);
}

/** Peak by the formulas where the model's files are here, else a rough figure by its parameters; undefined where neither is known. */
function peakBytes(
  config: NewConfig,
  { facts, model, gpu }: { facts: ModelFacts | undefined; model: ModelChoice; gpu: Gpu | undefined },
): number | undefined {
  const resolved = facts && facts.parameters > 0 ? resolvedFor(config) : undefined;
  if (resolved && facts) {
    const tokens = lengthLimit(resolved, facts);
    const precision = precisionOf(resolved, gpu?.capability ?? null);
    const labels = config.labels?.length ?? null;
    return gpuMemory({ config: resolved, model: facts, tokens, labels, precision }).peakBytes;
  }
  const parameters = model.parameters ?? parametersIn(model.name);
  return parameters === undefined ? undefined : roughBytes(config.method, parameters);
}

async function factsFor(
  config: NewConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<ModelFacts | undefined> {
  const resolved = resolvedFor(config);
  const found = resolved && (await readModelFacts(resolved, baseDir, env, signal));
  return found?.known ? found.facts : undefined;
}

function resolvedFor(config: NewConfig): ResolvedConfig | undefined {
  const { value } = parseConfig(configFor(config), "finetune.yaml");
  const { healthy } = resolveConfig(value ?? {});
  return healthy && !isScriptConfig(healthy) ? healthy : undefined;
}

/** `7e9` of `org/name-7B-Instruct`; names say it in billions or millions. */
export function parametersIn(name: string): number | undefined {
  const [, count, unit] = /(?:^|[-_/])(\d+(?:\.\d+)?)([bm])(?=$|[-_@.])/i.exec(name) ?? [];
  return count === undefined ? undefined : Number(count) * (unit!.toLowerCase() === "b" ? 1e9 : 1e6);
}

/**
 * A rough peak by parameters alone (`docs/memory.md`): 16 bytes each with all weights training, 2 under adapters, 4 bits
 * quantised; a fifth more for adapters' states and activations, and the CUDA context.
 */
function roughBytes(method: MethodType, parameters: number): number {
  const weights =
    method === "full"
      ? 16 * parameters
      : method === "qlora"
        ? quantisedWeights(parameters, 0.9 * parameters, 4)
        : 2 * parameters;
  return 1.2 * weights + CONTEXT.high;
}

/** A method in words, for lists. */
export function methodTitle({ framework, method }: Pick<MethodChoice, "framework" | "method">): string {
  const trainer = framework === "tfjs" ? t("embedded trainer") : "PyTorch";
  switch (method) {
    case "full":
      return t("All weights ({0})", trainer);
    case "freeze":
      return t("Classifier head only ({0})", trainer);
    case "lora":
      return t("LoRA adapters ({0})", trainer);
    case "qlora":
      return t("LoRA adapters on 4-bit weights ({0})", trainer);
  }
}
