import type { PlainMap } from "../../../schema/view.ts";
import type { TensorFacts } from "../../facts.ts";
import { sizesOf, textConfig } from "../sizes.ts";
import { DECODER_LAYOUTS } from "./decoders.ts";
import { ENCODER_LAYOUTS } from "./encoders.ts";
import { MAX_LAYERS, type Layout } from "./parts.ts";
import { SEQUENCE_LAYOUTS } from "./sequence-to-sequence.ts";

const LAYOUTS: Readonly<Record<string, Layout>> = { ...ENCODER_LAYOUTS, ...DECODER_LAYOUTS, ...SEQUENCE_LAYOUTS };

/**
 * The tensors a model of this config has, where its weights are not here to tell; undefined when the architecture's layers
 * are not known by name, or the config does not tell its sizes.
 */
export function expectedTensors(type: string, config: PlainMap): TensorFacts[] | undefined {
  const layout = Object.hasOwn(LAYOUTS, type) ? LAYOUTS[type] : undefined;
  const sizes = sizesOf(config);
  if (!layout || sizes.hidden === 0 || sizes.layers === 0 || sizes.layers > MAX_LAYERS) return undefined;
  return layout(sizes, textConfig(config));
}
