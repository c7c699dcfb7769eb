import { stat } from "node:fs/promises";
import { join } from "node:path";
import { CONFIG_FILE, TOKENIZER_FILE, WEIGHTS_FILE, WEIGHTS_INDEX } from "../../../models/files.ts";
import type { ModelFacts } from "../facts.ts";

/** Files whose change means that a folder is read anew. Shards change with their index. */
const FILES = [
  CONFIG_FILE,
  WEIGHTS_FILE,
  WEIGHTS_INDEX,
  TOKENIZER_FILE,
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
];

/** Folders remembered at most; a window works with a few models at a time. */
const LIMIT = 8;

const remembered = new Map<string, { readonly stamp: string; readonly facts: ModelFacts }>();

/** The facts of a folder, read only when one of its files changed (path, size or time) since the last time. */
export async function rememberFolder(dir: string, read: () => Promise<ModelFacts>): Promise<ModelFacts> {
  const stamps = await Promise.all(FILES.map((name) => stampOf(join(dir, name))));
  const stamp = stamps.join();
  const last = remembered.get(dir);
  const facts = last?.stamp === stamp ? last.facts : await read();
  // Taken out and put back, so that the first in the map is the one not used for longest.
  remembered.delete(dir);
  remembered.set(dir, { stamp, facts });
  const oldest = remembered.keys().next();
  if (remembered.size > LIMIT && !oldest.done) remembered.delete(oldest.value);
  return facts;
}

async function stampOf(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  return stats ? `${stats.size} ${stats.mtimeMs}` : "";
}
