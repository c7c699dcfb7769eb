import { TINY } from "../../../models/builtin.ts";
import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import type { ConfigValues } from "./config-values.ts";
import { transformerArchitecture } from "./transformer/families.ts";

/** Its classifier reads the mean over the tokens unless told otherwise: nothing taught the first token to stand for the text. */
export function tinyArchitecture(config: ConfigValues, options: ArchitectureOptions): Architecture {
  const pooling = options.pooling === "auto" ? "mean" : options.pooling;
  return { ...transformerArchitecture("bert", config, { ...options, pooling }), kind: TINY, savedConfig: {} };
}
