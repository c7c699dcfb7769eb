import { isAbsolute, resolve } from "node:path";
import type { RunView } from "../../messages/run-view.ts";
import type { RunRecord } from "../../runs/model.ts";

/** `data/train.jsonl:14`, `/home/ada/train.py:71`; the dot keeps times and ratios out. */
const FILE_AND_LINE = /(?:^|[\s“"'(])((?:[A-Za-z]:)?[^\s“”"'():]*\.[A-Za-z]\w{0,9}):(\d{1,9})(?!\d)/u;
/** A check of the config, as messages name it. */
const CHECK_ID = /\bC\d{2}\b/;
/** What to lower when memory ran out. */
const MEMORY = /out of (?:GPU |CUDA )?memory/i;
const MEMORY_KEY = "train.per_device_train_batch_size";

/** Where a cause says that the mistake stands; null when it names no place. */
export function remedyOf({
  cause,
  config,
  baseDir,
}: Pick<RunRecord, "cause" | "config"> & { baseDir: string }): RunView["remedy"] {
  const place = FILE_AND_LINE.exec(cause);
  if (place?.[1]) {
    const file = isAbsolute(place[1]) ? place[1] : resolve(baseDir, place[1]);
    return { kind: "file", file, line: Number(place[2]) };
  }
  const key = keyIn(cause, config);
  if (key) return { kind: "config", key };
  if (CHECK_ID.test(cause)) return { kind: "config", key: null };
  if (!MEMORY.test(cause)) return null;
  return { kind: "config", key: config["task"] === "script" ? null : MEMORY_KEY };
}

/** The first key of the config that a text names: dotted, or alone when its name is no ordinary word. */
function keyIn(text: string, config: Record<string, unknown>): string | undefined {
  const words = text.match(/[a-z_][a-z0-9_.]*[a-z0-9_]/g) ?? [];
  const keys = Object.entries(config).flatMap(([group, value]) =>
    typeof value === "object" && value !== null ? Object.keys(value).map((key) => `${group}.${key}`) : [],
  );
  for (const word of words) {
    const found = keys.find((key) => key === word || (word.includes("_") && key.endsWith(`.${word}`)));
    if (found) return found;
  }
  return undefined;
}
