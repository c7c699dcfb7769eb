import { METRICS_OF_TASK } from "./metrics.ts";
import { notesOf } from "./schema/key.ts";
import { isMap, variantsOf, type PlainMap, type SchemaView } from "./schema/view.ts";
import type { AnyResolvedConfig, ResolvedConfig } from "./types.ts";

type Method = ResolvedConfig["method"]["type"];

/** Learning rates that are a safe first try; a new head alone takes a higher one, since no pretrained weight moves. */
const LEARNING_RATE: Record<Method, number> = { full: 2e-5, distill: 2e-5, lora: 2e-4, qlora: 2e-4, freeze: 1e-3 };

/** Fills in, in place, every value of the schema that is not there and has a default of its own. */
export function fillFixed(schema: SchemaView, value: PlainMap): void {
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const map = variantsOf(inner).find((variant) => variant.properties);
    const { default: preset, required } = notesOf(inner);
    if (value[name] === undefined || value[name] === null) {
      if (preset !== undefined) value[name] = structuredClone(preset);
      else if (map && !required) value[name] = {};
    }
    const filled = value[name];
    if (map && isMap(filled)) fillFixed(map, filled);
  }
}

/** Fills in, in place, the defaults that depend on other values. Everything else is there already. */
export function fillDependent(config: AnyResolvedConfig): void {
  const { eval: evaluation } = config;
  evaluation.metrics ??= [...METRICS_OF_TASK[config.task]];
  if (config.task === "script") return;
  const { data, method, train } = config;
  method.type ??= config.model.framework === "tfjs" ? "full" : "lora";
  data.max_length ??= config.task === "causal-lm" || config.task === "preference" ? 1024 : 256;
  train.learning_rate ??= LEARNING_RATE[method.type];
  train.warmup ??= hasWarmup(train.lr_scheduler_type) ? "6%" : 0;
}

const hasWarmup = (schedule: ResolvedConfig["train"]["lr_scheduler_type"]): boolean =>
  schedule !== "constant" && schedule !== "reduce_lr_on_plateau";
