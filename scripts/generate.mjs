// Writes what is made from the config schema (docs/config.md, the JSON Schemas, the Python trainers' types and names of metrics) and, from the table of commands,
// the commands, menus and keybindings of package.json.
// `--check` writes nothing and exits 1 when a file is not what would be written.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { importSource } from "./import-source.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const { jsonSchema, markdown, pythonMetrics, pythonTypes, sweepJsonSchema } = await importSource(
  "src/config/reference/index.ts",
);
const { COMMANDS, PREFIX } = await importSource("src/editor/commands/specs.ts");
const outputs = [
  { path: "package.json", text: manifest() },
  { path: "docs/config.md", text: markdown() },
  { path: "media/finetune.schema.json", text: JSON.stringify(jsonSchema()) },
  { path: "media/sweep.schema.json", text: JSON.stringify(sweepJsonSchema()) },
  { path: "python/tuning_fork/config_types.py", text: pythonTypes() },
  { path: "python/tuning_fork/metrics/task_metrics.py", text: pythonMetrics() },
];

const isCheck = process.argv.includes("--check");
for (const { path, text } of outputs) {
  const filepath = join(root, path);
  const formatted = path.endsWith(".py") ? text : await format(text, { ...(await resolveConfig(filepath)), filepath });
  if (!isCheck) writeFileSync(filepath, formatted);
  else if (readOr(filepath, "") !== formatted) {
    console.error(`${path} is not what its source says. Run: npm run generate`);
    process.exitCode = 1;
  }
}

/** package.json with the contributions that the table of commands makes. */
function manifest() {
  const text = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.entries(COMMANDS);
  const menus = {};
  const place = (menu, item) => (menus[menu] ??= []).push(item);
  for (const [name, { palette, menus: places = [] }] of entries) {
    const command = PREFIX + name;
    if (palette !== undefined) place("commandPalette", { command, when: palette === false ? "false" : palette });
    for (const { menu, when, group } of places)
      place(menu, { command, ...(when && { when }), ...(group && { group }) });
  }
  Object.assign(text.contributes, {
    commands: entries.map(([name, { icon, enablement }]) => ({
      command: PREFIX + name,
      title: `%command.${name}%`,
      category: "Tuning Fork",
      ...(icon && { icon }),
      ...(enablement && { enablement }),
    })),
    menus,
    keybindings: entries.flatMap(([name, { keys = [] }]) => keys.map((key) => ({ command: PREFIX + name, ...key }))),
  });
  return JSON.stringify(text);
}

function readOr(path, fallback) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return fallback;
    throw error;
  }
}
