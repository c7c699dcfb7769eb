import { dirname, resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import type { Facts } from "../facts/facts.ts";
import { parseConfig, type ParsedConfig } from "../parse.ts";
import { resolveConfig } from "../resolve.ts";
import { isScriptConfig, type ResolvedConfig } from "../types.ts";
import { readConfigFile } from "../validate.ts";
import type { AssistDocument } from "./types.ts";

/** What a document is read with. */
export interface DocumentSurroundings {
  readonly kind: AssistDocument["kind"];
  readonly env: NodeJS.ProcessEnv;
  /** What can be known for a config whose relative paths start at `baseDir`. */
  readonly factsOf: (config: ResolvedConfig, baseDir: string) => Facts;
}

/** A parsed text with all that help while typing is made from. Of a sweep the base config is read, where there is one. */
export function assistDocument(parsed: ParsedConfig, { kind, env, factsOf }: DocumentSurroundings): AssistDocument {
  const source = kind === "config" ? parsed : baseOf(parsed);
  const baseDir = dirname(source?.file ?? parsed.file);
  const { healthy: config, origins } = resolveConfig(source?.value ?? {}, { isBroken: source?.isBroken ?? true });
  const ofConfig = (changed: ResolvedConfig): Facts => factsOf(changed, baseDir);
  const facts = config && !isScriptConfig(config) ? ofConfig(config) : undefined;
  return { kind, parsed, config, origins, baseDir, env, facts, factsOf: ofConfig };
}

/** The config a sweep starts from; undefined when it cannot be read, which the check of the sweep tells. */
function baseOf(sweep: ParsedConfig): ParsedConfig | undefined {
  const path = baseFileOf(sweep);
  if (path === undefined) return undefined;
  try {
    return parseConfig(readConfigFile(path), path);
  } catch (problem) {
    if (problem instanceof UserError) return undefined;
    throw problem;
  }
}

/** The file a sweep names as its base, whether it is there or not; undefined when it names none. */
export function baseFileOf({ file, value }: ParsedConfig): string | undefined {
  const base = value?.["base"];
  return typeof base === "string" && base !== "" ? resolve(dirname(file), base) : undefined;
}
