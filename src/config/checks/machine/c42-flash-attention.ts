import { t } from "../../../base/l10n.ts";
import { installCommand } from "../../../launch/python/install.ts";
import { error, type Finding } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import { unchecked, type Check } from "../check.ts";
import { AMPERE, capabilityText, gpuInWords, machineOf, type RunMachine } from "./machine.ts";

const PATH = ["model", "attn_implementation"];
const PACKAGE = "flash-attn";

/** C42: flash attention where it cannot run. */
export const c42: Check = {
  id: "C42",
  severity: "error",
  title: "flash attention without its package, or on a GPU that is too old for it",
  why: "The model is loaded with the kernel that is asked for; where that is missing, the run ends before its first step.",
  async run(context) {
    const { model } = context.config;
    if (model.framework !== "torch" || model.attn_implementation !== "flash_attention_2") return [];
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const device = wrongDevice(machine.facts);
    if (device !== undefined) return [finding(device)];
    const { python } = machine.facts;
    if (!python.known) return unchecked(python.reason);
    if (PACKAGE in python.facts.packages) return [];
    const { path, description } = python.facts;
    return [
      finding(
        t(
          "`model.attn_implementation` asks for flash attention, but {0} lacks the package {1}. Run: `{2}`, or write `sdpa`.",
          path,
          PACKAGE,
          installCommand(description, [PACKAGE]),
        ),
      ),
    ];
  },
};

function wrongDevice({ accelerator, chosen }: RunMachine): string | undefined {
  if (accelerator !== "cuda")
    return t("`model.attn_implementation` asks for flash attention, but there is no GPU here. Write `sdpa`.");
  const old = chosen.find(({ capability }) => capability !== null && capability < AMPERE);
  return old
    ? t(
        "`model.attn_implementation` asks for flash attention, which needs compute capability 8.0, but {0} has {1}. Write `sdpa`.",
        gpuInWords(old),
        capabilityText(old.capability ?? 0),
      )
    : undefined;
}

function finding(message: string): Finding {
  const fix: Fix = {
    title: t("Write `{0}`", "sdpa"),
    safe: false,
    edits: [{ kind: "set", path: PATH, value: "sdpa" }],
  };
  return error("C42", PATH, message, { fixes: [fix] });
}
