import { t } from "../../../base/l10n.ts";
import { error, warning, type Finding } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { ResolvedConfig } from "../../types.ts";
import { isWritten, type Check } from "../check.ts";
import { withModel } from "./known.ts";

/** C32: a base that is quantised already. */
export const c32: Check = {
  id: "C32",
  severity: ["error", "warning"],
  title: "a base model that is quantised already (GPTQ, AWQ, bitsandbytes)",
  why: "Packed weights cannot be trained, quantised a second time, or merged with adapters afterwards.",
  async run(context) {
    const { config } = context;
    if (config.model.framework !== "torch") return [];
    return withModel(context, ({ quantization }) =>
      quantization === null ? [] : quantised(config, quantization, isWritten(context, "method.bits")),
    );
  },
};

function quantised({ method, export: exported }: ResolvedConfig, by: string, hasBits: boolean): Finding[] {
  const findings: Finding[] = [];
  const path = ["method", "type"];
  const isBitsandbytes = /^(?:bitsandbytes|bnb)/.test(by);
  const asLora: Fix = {
    title: t("Write {0}", "`lora`"),
    safe: false,
    edits: [
      { kind: "set", path, value: "lora" },
      // Bits are of QLoRA alone.
      ...(hasBits ? [{ kind: "remove", path: ["method", "bits"] } as const] : []),
    ],
  };
  const hasAdapters = method.type === "lora" || method.type === "qlora";
  if (!hasAdapters) {
    findings.push(
      error(
        "C32",
        path,
        t(
          "The model is quantised with {0} already, and packed weights cannot be trained. Write `lora`, or take the model that is not quantised.",
          by,
        ),
        { fixes: [asLora] },
      ),
    );
  } else if (method.type === "qlora" && !isBitsandbytes) {
    findings.push(
      error(
        "C32",
        path,
        t(
          "The model is quantised with {0} already; `qlora` would quantise it a second time. Write `lora`, or take the model that is not quantised.",
          by,
        ),
        { fixes: [asLora] },
      ),
    );
  }
  if (exported.formats.includes("merged")) {
    const formats = ["export", "formats"];
    const rest = exported.formats.filter((format) => format !== "merged");
    const edits = [{ kind: "set", path: formats, value: rest } as const];
    findings.push(
      error(
        "C32",
        formats,
        t(
          "Adapters cannot be merged into a model that is quantised with {0}. Take the model that is not quantised, or leave `merged` out.",
          by,
        ),
        { fixes: [{ title: t("Remove {0}", "`merged`"), safe: false, edits }] },
      ),
    );
  }
  if (findings.length > 0) return findings;
  return [
    warning(
      "C32",
      ["model", "name_or_path"],
      t("The model is quantised with {0} already: the adapters can be trained, but not merged into it later.", by),
    ),
  ];
}
