import { UserError } from "../../../base/errors.ts";
import { t } from "../../../base/l10n.ts";
import { chooseGpus } from "../../../launch/gpus.ts";
import { unknown, type Known, type MachineFacts } from "../../facts/facts.ts";
import type { AnyResolvedConfig } from "../../types.ts";
import type { CheckContext } from "../check.ts";

export type Gpu = MachineFacts["gpus"][number];

/** A machine, with the GPUs that the run would get of it; none where it computes without. */
export interface RunMachine extends MachineFacts {
  readonly chosen: readonly Gpu[];
}

/** The machine a run would be on, if that is this one. */
export async function machineOf({ config, facts }: CheckContext): Promise<Known<RunMachine>> {
  if (config.hardware.target !== "local") return unknown(elsewhere());
  const machine = await facts.machine();
  if (!machine.known) return machine;
  return { known: true, facts: { ...machine.facts, chosen: chosenOf(config, machine.facts.gpus) } };
}

/** Why nothing is said about a machine that is not this one. */
export const elsewhere = (): string => t("the run is for a Slurm cluster, whose machines are not looked at");

/** Where `hardware.devices` cannot be followed, which C43 tells, all of them stand for those that are meant. */
function chosenOf({ hardware }: AnyResolvedConfig, gpus: readonly Gpu[]): readonly Gpu[] {
  try {
    const uuids = chooseGpus(hardware.devices, hardware.strategy, gpus);
    return uuids === null ? [] : gpus.filter(({ uuid }) => uuids.includes(uuid));
  } catch (problem) {
    if (problem instanceof UserError) return gpus;
    throw problem;
  }
}

/** First compute capability with bfloat16, TF32 and flash attention: NVIDIA's Ampere. */
export const AMPERE = 8;

/** A GPU as messages name it: `GPU 0 (Tesla T4)`. */
export const gpuInWords = ({ index, name }: Pick<Gpu, "index" | "name">): string => t("GPU {0} ({1})", index, name);

/** A capability as NVIDIA writes it. */
export const capabilityText = (capability: number): string => capability.toFixed(1);
