import { t } from "../../../base/l10n.ts";
import { error, warning, type Finding, type Path } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import { isMap, type PlainMap } from "../../schema/view.ts";
import { unchecked, type Check, type CheckResult } from "../check.ts";
import { AMPERE, capabilityText, gpuInWords, machineOf, type Gpu, type RunMachine } from "./machine.ts";

const PRECISION: Path = ["train", "precision"];

/** C36: a number format that the device does not compute in. */
export const c36: Check = {
  id: "C36",
  severity: ["error", "warning"],
  title: "a precision that this machine's GPU or processor does not compute in",
  why: "GPUs before compute capability 8.0 have no bfloat16 and no TF32: the run ends at once or is many times slower. On a processor fp16 is silently left out.",
  async run(context) {
    const { config, written } = context;
    const tf32 = pathOfTf32(written);
    const { precision } = config.train;
    if (config.model.framework === "tfjs" || (precision !== "bf16" && precision !== "fp16" && !tf32)) return [];
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const { accelerator, chosen } = machine.facts;
    if (accelerator === "cpu") return onProcessor(precision, machine.facts, tf32);
    if (accelerator === "mps") return [];
    return onGpus(precision, chosen, tf32);
  },
};

function onProcessor(precision: string, { cpu }: RunMachine, tf32: Path | undefined): Finding[] {
  const fixes = [write("fp32", PRECISION)];
  const own: Finding[] = [];
  if (precision === "fp16") {
    own.push(
      error(
        "C36",
        PRECISION,
        t("`train.precision` is `fp16`, but there is no GPU here and a processor does not train in it. Write `fp32`."),
        { fixes },
      ),
    );
  } else if (precision === "bf16" && !cpu.hasBf16) {
    own.push(
      warning(
        "C36",
        PRECISION,
        t(
          "`train.precision` is `bf16`, but there is no GPU here and this processor has neither AVX512-BF16 nor AMX: it takes more than twice as long. Write `fp32`.",
        ),
        { fixes },
      ),
    );
  }
  const message = t("`tf32` is for GPUs, and there is none here. Remove it.");
  return tf32 ? [...own, error("C36", tf32, message, { fixes: [removal(tf32)] })] : own;
}

function onGpus(precision: string, gpus: readonly Gpu[], tf32: Path | undefined): CheckResult {
  const old = gpus.find(({ capability }) => capability !== null && capability < AMPERE);
  const wantsBf16 = precision === "bf16";
  if (!old) {
    const isKnown = gpus.length > 0 && gpus.every(({ capability }) => capability !== null);
    return isKnown || (!wantsBf16 && !tf32)
      ? []
      : unchecked(t("the driver does not tell the compute capability of the GPU"));
  }
  const [gpu, capability] = [gpuInWords(old), capabilityText(old.capability ?? 0)];
  return [
    ...(wantsBf16
      ? [
          error(
            "C36",
            PRECISION,
            t(
              "`train.precision` is `bf16`, but {0} has compute capability {1} and bfloat16 needs 8.0. Write `fp16`.",
              gpu,
              capability,
            ),
            { fixes: [write("fp16", PRECISION), write("fp32", PRECISION)] },
          ),
        ]
      : []),
    ...(tf32
      ? [
          error("C36", tf32, t("`tf32` needs compute capability 8.0, but {0} has {1}. Remove it.", gpu, capability), {
            fixes: [removal(tf32)],
          }),
        ]
      : []),
  ];
}

/** None is safe: the config may be meant for another machine than the one it is looked at on. */
const write = (value: string, path: Path): Fix => ({
  title: t("Write `{0}`", value),
  safe: false,
  edits: [{ kind: "set", path, value }],
});

const removal = (path: Path): Fix => ({
  title: t("Remove `{0}`", "tf32"),
  safe: false,
  edits: [{ kind: "remove", path }],
});

/** Where an imported config turns TF32 on, at the top or in a group. */
function pathOfTf32(written: PlainMap): Path | undefined {
  if (written["tf32"] === true) return ["tf32"];
  const group = Object.entries(written).find(([, value]) => isMap(value) && value["tf32"] === true);
  return group ? [group[0], "tf32"] : undefined;
}
