import { basename } from "node:path";
import { yamlText } from "../edit/value-text.ts";
import { GROUPS } from "../schema.ts";
import { isMap, type PlainMap } from "../schema/view.ts";
import { shownValue, type Draft } from "./draft.ts";

const MISSING = "# write it here";

/** The config as a person would write it: groups in the order of the schema, then what was left out, each with its reason. */
export function configText(draft: Draft, { tool, file }: { tool: string; file: string }): string {
  const task = draft.get("task");
  const groups = Object.keys(GROUPS).flatMap((name) => {
    const text = groupText(name, draft);
    return text === "" ? [] : [text];
  });
  return [
    `# Made from ${basename(file)} (${tool}).\n`,
    "version: 1\n",
    typeof task !== "string"
      ? `task: text-classification ${MISSING}: the file does not say what is learnt\n`
      : `task: ${task}\n`,
    ...groups.map((text) => `\n${text}`),
    leftOutText(draft, basename(file)),
  ].join("");
}

/** Keys that must be there get a line even where the other file has nothing of the kind. */
const REQUIRED: Readonly<Record<string, readonly [string, string]>> = {
  model: ["name_or_path", `  name_or_path: ./model ${MISSING}: a folder or an id of the hub\n`],
  data: ["train", `  train: data/train.jsonl ${MISSING}: a file, a folder, or a pattern\n`],
};

function groupText(name: string, draft: Draft): string {
  const own: PlainMap = {};
  for (const { key, value } of draft.values()) {
    const [group, first, second] = key.split(".");
    if (group !== name || first === undefined) continue;
    if (second === undefined) own[first] = value;
    else own[first] = { ...(isMap(own[first]) ? own[first] : {}), [second]: value };
  }
  const [needed, line] = REQUIRED[name] ?? [];
  const lacks = needed !== undefined && own[needed] === undefined;
  if (Object.keys(own).length === 0 && !lacks) return "";
  const body = Object.entries(own).map(([key, value]) => indented(`${key}: ${flow(value)}`));
  return `${name}:\n${lacks ? line : ""}${body.join("")}`;
}

const indented = (text: string): string => `  ${text}\n`;

/** A value on one line; texts that YAML would take for something else are quoted, small rates written as PyYAML reads them too. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (isMap(value)) {
    const entries = Object.entries(value).map(([key, inner]) => `${yamlText(key)}: ${flow(inner)}`);
    return `{ ${entries.join(", ")} }`;
  }
  if (typeof value === "string") return yamlText(value);
  if (typeof value === "number" && value !== 0 && Math.abs(value) < 1e-3) return exponential(value);
  return JSON.stringify(value);
}

/** `2.0e-5`: without the point PyYAML takes it for a text. */
const exponential = (value: number): string => value.toExponential().replace(/^(-?\d)e/, "$1.0e");

function leftOutText(draft: Draft, name: string): string {
  const leftOut = draft.leftOut();
  if (leftOut.length === 0) return "";
  const lines = leftOut.map(({ key, value, why }) => `#   ${key}: ${shownValue(value)} - ${why}\n`);
  return `\n# Of ${name} this has no equivalent, or another meaning, here:\n${lines.join("")}`;
}
