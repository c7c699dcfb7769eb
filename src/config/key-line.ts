import { error } from "./diagnostic.ts";
import { parseConfig } from "./parse.ts";

/** The line (1-based) a dotted key is written on in a config's text; of one that is not written, that of its group, else 1. */
export function keyLine(text: string, key: string): number {
  const path = key.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return parseConfig(text, "").place(error("", path, "", "key")).line ?? 1;
}
