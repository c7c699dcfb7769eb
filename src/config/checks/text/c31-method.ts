import { t } from "../../../base/l10n.ts";
import { error, type Finding } from "../../diagnostic.ts";
import { code, joinWords } from "../../schema/words.ts";
import { isWritten, type Check, type CheckContext } from "../check.ts";
import { putsAside } from "./chosen.ts";
import { removal, setting } from "./mend.ts";
import { pasted } from "./pasted.ts";

type Method = CheckContext["config"]["method"];
type MethodKey = Exclude<keyof Method, "type">;

/** Methods that each key is for; the first is what who writes the key has probably meant. */
const METHODS_OF: Readonly<Record<MethodKey, readonly Method["type"][]>> = {
  r: ["lora", "qlora"],
  lora_alpha: ["lora", "qlora"],
  lora_dropout: ["lora", "qlora"],
  target_modules: ["lora", "qlora"],
  modules_to_save: ["lora", "qlora"],
  use_dora: ["lora", "qlora"],
  use_rslora: ["lora", "qlora"],
  bits: ["qlora"],
  freeze: ["freeze"],
  teacher: ["distill"],
};

/** C31: keys of one method under another. */
export const c31Method: Check = {
  id: "C31",
  severity: "error",
  title: "a key of one method under another, such as `bits` or `r` with `type: full`",
  why: "Who writes `bits` wants a quantised model, who writes `r` wants adapters; with another method the key would be dropped silently.",
  run: (context) => [...ownKeys(context), ...pastedBits(context)],
};

function ownKeys(context: CheckContext): Finding[] {
  const { method, model } = context.config;
  return Object.entries(METHODS_OF).flatMap(([name, methods]) => {
    const path = ["method", name];
    const hasEffect = methods.includes(method.type) || isOff(method, name as MethodKey);
    if (hasEffect || !isMeant(context, name) || isToldByFramework(context, name)) return [];
    const message = t(
      "{0} belongs to {1} and has no effect with {2}.",
      code(`method.${name}`),
      joinWords(
        methods.map((type) => code(`type: ${type}`)),
        "and",
      ),
      code(`type: ${method.type}`),
    );
    const fits = model.framework !== "tfjs" || methods.includes("freeze");
    const fixes = [...(fits ? [setting(["method", "type"], methods[0]!)] : []), removal(path)];
    return [error("C31", path, message, { fixes })];
  });
}

const isOff = (method: Method, name: MethodKey): boolean => method[name] === false || method[name] === null;

/** Whether the key was written together with the method: a method set for one run leaves the file's keys of another without effect. */
function isMeant(context: CheckContext, name: string): boolean {
  const keys = Object.keys(context.origins).filter(
    (key) => key === `method.${name}` || key.startsWith(`method.${name}.`),
  );
  return keys.some(
    (key) => isWritten(context, key) && (!isWritten(context, "method.type") || putsAside(context, "method.type", key)),
  );
}

/** Frameworks that know no such thing at all say so themselves. */
const isToldByFramework = ({ config: { model } }: CheckContext, name: string): boolean =>
  ["bits", "use_dora", "use_rslora"].includes(name) && model.framework !== "torch";

/** A quantised model asked for in another tool's words, beside a method that trains all its weights. */
function pastedBits(context: CheckContext): Finding[] {
  const { written, config } = context;
  const bits = pasted(written, "load_in_4bit", "load_in_8bit", "quantization_bit");
  const isAsked = bits?.value === true || (bits?.name === "quantization_bit" && typeof bits.value === "number");
  const foreign = pasted(written, "finetuning_type")?.value;
  const type = foreign ?? (isWritten(context, "method.type") ? config.method.type : undefined);
  if (!bits || !isAsked || (type !== "full" && type !== "freeze")) return [];
  const message = t(
    "{0} asks for a quantised model, whose weights {1} cannot train. Write {2} to train adapters on it.",
    code(bits.written),
    code(String(type)),
    code("method.type: qlora"),
  );
  return [error("C31", bits.path, message, { at: "key", fixes: [removal(bits.path)] })];
}
