import type { AnyResolvedConfig } from "../../types.ts";
import { isScriptConfig } from "../../types.ts";

/** A Python distribution a trainer needs. Versions are bounds, the upper one exclusive. */
export interface Requirement {
  readonly name: string;
  readonly atLeast?: string;
  readonly below?: string;
  /** The version this product is tested with, which new environments get. */
  readonly tested?: string;
  /** Distributions that bring the same module. */
  readonly instead?: readonly string[];
  /** Only where the config asks for what it does. */
  readonly when?: (config: TrainedConfig) => boolean;
}

type TrainedConfig = Exclude<AnyResolvedConfig, { task: "script" }>;

const hasAdapters = ({ method }: TrainedConfig): boolean => method.type === "lora" || method.type === "qlora";
/** Whether the data is read by what reads Parquet: said, or by the names of the files. */
const isParquet = ({ data }: TrainedConfig): boolean =>
  data.format === "parquet" ||
  (data.format === "auto" && [data.train, data.eval].flat().some((path) => path !== null && /\.parquet$/i.test(path)));
const isQuantised = ({ method, train }: TrainedConfig): boolean =>
  method.type === "qlora" || train.optim === "adamw_8bit" || train.optim === "paged_adamw_8bit";

/**
 * What each framework's trainer needs.
 *
 * Sources: torch 2.4 is the oldest that transformers 5 loads (its `setup.py`: `torch>=2.4`); transformers 4.50 is the oldest
 * whose Trainer scales accumulated losses as ours expects, and 6 removes names the trainer still uses; peft 0.14 is the oldest
 * that works with it; accelerate, deepspeed and bitsandbytes are the least that transformers' `setup.py` and quantisers ask for; trl 1.16's
 * `DPOTrainer` takes rows as token ids under the names that ours writes, and 2 removes what it warns of today; Keras 3 came
 * with TensorFlow 2.16.
 */
const NEEDED: Readonly<Record<"torch" | "keras", readonly Requirement[]>> = {
  torch: [
    { name: "torch", atLeast: "2.4", tested: "2.13.0" },
    { name: "transformers", atLeast: "4.50", below: "6", tested: "5.23.0" },
    { name: "accelerate", atLeast: "0.26", tested: "1.15.0" },
    { name: "peft", atLeast: "0.14", tested: "0.21.2", when: hasAdapters },
    { name: "bitsandbytes", atLeast: "0.43", tested: "0.50.2", when: isQuantised },
    { name: "trl", atLeast: "1.16", below: "2", tested: "1.16.0", when: ({ task }) => task === "preference" },
    { name: "deepspeed", atLeast: "0.9.3", when: ({ hardware }) => hardware.strategy === "deepspeed" },
    { name: "pyarrow", tested: "26.0.1", when: isParquet },
    { name: "datasets", tested: "5.2.0", when: ({ data, task }) => data.format === "hf" || task === "preference" },
  ],
  keras: [
    { name: "tensorflow", atLeast: "2.16", instead: ["tensorflow-cpu", "tensorflow-macos"] },
    { name: "keras", atLeast: "3" },
    { name: "keras-hub" },
    { name: "safetensors" },
  ],
};

/** Oldest Python the trainers run on. */
export const OLDEST_PYTHON = "3.10";

/** Every distribution whose version is worth knowing. */
export const KNOWN_PACKAGES: readonly string[] = [
  ...new Set(Object.values(NEEDED).flatMap((list) => list.flatMap(({ name, instead = [] }) => [name, ...instead]))),
  "flash-attn",
  "tokenizers",
];

/** What the trainer of a config needs; nothing for the embedded one and for one's own script. */
export function requirementsOf(config: AnyResolvedConfig): readonly Requirement[] {
  if (isScriptConfig(config) || config.model.framework === "tfjs") return [];
  return NEEDED[config.model.framework].filter(({ when }) => when?.(config) ?? true);
}

/** What a framework needs whatever the config says. */
export const requirementsOfFramework = (framework: "torch" | "keras"): readonly Requirement[] =>
  NEEDED[framework].filter(({ when }) => when === undefined);

/** A requirement as pip writes it: `transformers>=4.50,<6`. */
export const specifierOf = ({ name, atLeast, below }: Requirement): string =>
  name + [...(atLeast === undefined ? [] : [`>=${atLeast}`]), ...(below === undefined ? [] : [`<${below}`])].join(",");

/** A requirement as it is pinned in a new environment: `transformers==5.23.0`. */
export const pinOf = (requirement: Requirement): string =>
  requirement.tested === undefined ? specifierOf(requirement) : `${requirement.name}==${requirement.tested}`;

/** The version that is there, of the distribution itself or one that brings the same. */
export const installedVersion = (
  { name, instead = [] }: Requirement,
  packages: Readonly<Record<string, string>>,
): string | undefined => [name, ...instead].map((one) => packages[one]).find((version) => version !== undefined);

/** Whether a version lies within the bounds. */
export const isMet = ({ atLeast, below }: Requirement, version: string): boolean =>
  (atLeast === undefined || compareVersions(version, atLeast) >= 0) &&
  (below === undefined || compareVersions(version, below) < 0);

/** Order of two versions by their release numbers; `2.13.0+cpu` is 2.13.0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => (/^[\d.]*/.exec(version)?.[0] ?? "").split(".").map(Number));
  for (let at = 0; at < Math.max(left!.length, right!.length); at++) {
    const difference = (left![at] ?? 0) - (right![at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
