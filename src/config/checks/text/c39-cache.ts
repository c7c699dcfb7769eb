import { t } from "../../../base/l10n.ts";
import { keyOf, warning, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import { isMap, type PlainMap } from "../../schema/view.ts";
import type { Check } from "../check.ts";
import { removal } from "./mend.ts";
import { pasted, pastedValues } from "./pasted.ts";

/** C39: settings beside gradient checkpointing that break it. Our trainers see to them; scripts and pasted configs do it themselves. */
export const c39: Check = {
  id: "C39",
  severity: "warning",
  title: "gradient checkpointing with `use_cache: true`, or reentrant checkpointing of a partly frozen model",
  why: "With the cache on, Transformers turns checkpointing off or fails; reentrant checkpointing needs gradients at the input, and of a frozen model nothing would be learnt.",
  run: ({ written, config }) => [...cache(written), ...reentrant(written, config.method.type)],
  runScript: ({ written }) => [...cache(written), ...reentrant(written, undefined)],
};

function cache(written: PlainMap): Finding[] {
  const checkpointing = pasted(written, "gradient_checkpointing");
  const useCache = pasted(written, "use_cache");
  if (checkpointing?.value !== true || useCache?.value !== true) return [];
  const message = t(
    "{0} keeps keys and values for generation, which gradient checkpointing cannot. Write false while training.",
    code(`${keyOf(useCache.path)}: true`),
  );
  const off = {
    title: t("Write {0}", code(`${useCache.written}: false`)),
    safe: true,
    edits: [{ kind: "set", path: useCache.path, value: false } as const],
  };
  return [warning("C39", useCache.path, message, { fixes: [off] })];
}

/** `type` is the method of one of our trainers; of a script only a word among its parameters tells. */
function reentrant(written: PlainMap, type: string | undefined): Finding[] {
  const values = pastedValues(written);
  const arguments_ = values.find(({ name, value }) => name === "gradient_checkpointing_kwargs" && isMap(value));
  const isReentrant =
    isMap(arguments_?.value) && arguments_.value["use_reentrant"] === true
      ? { ...arguments_, path: [...arguments_.path, "use_reentrant"] }
      : values.find(({ name, value }) => /^(?:gradient_checkpointing_)?use_reentrant$/.test(name) && value === true);
  const checkpointing = pasted(written, "gradient_checkpointing");
  const isFrozen =
    type === undefined
      ? values.some(({ name, value }) => /^(?:use_)?(?:lora|peft|qlora)(?:_r|_rank)?$/.test(name) && Boolean(value))
      : type !== "full" && type !== "distill";
  if (!isReentrant || checkpointing?.value !== true || !isFrozen) return [];
  const message = t(
    "{0} needs gradients at the model's input, which a partly frozen model does not give. Write false.",
    code(`${keyOf(isReentrant.path)}: true`),
  );
  return [warning("C39", isReentrant.path, message, { fixes: [removal(isReentrant.path)] })];
}
