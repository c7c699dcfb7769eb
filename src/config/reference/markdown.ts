import { ALL_CHECKS } from "../checks/index.ts";
import { configSchema, GROUPS } from "../schema.ts";
import { notesOf } from "../schema/key.ts";
import { allowsNull, recordValues, variantsOf, view, type SchemaView } from "../schema/view.ts";
import { typeInWords } from "../schema/words.ts";
import { sweepSchema } from "../sweep/schema.ts";
import { EXAMPLES } from "./examples.ts";
import { EDITOR, notChecked, SILENCING, SMOKE, SWEEP_INTRODUCTION } from "./more-sections.ts";

const INTRODUCTION = `# The config file

<!-- Made from src/config by scripts/generate.mjs. Change it there. -->

A fine-tune is described by one file, \`finetune.yaml\` or \`<name>.finetune.yaml\` (YAML 1.2). Keys are strict: an unknown key is an error with its line and column, and a near or foreign name (\`lr\`, \`lora_rank\`, \`batch_size\`) is answered with what it is called here. Relative paths start at the config file's folder. \`media/finetune.schema.json\` is the same in JSON Schema, for any editor.

What is not written has the default below. The resolved config, in which every value is filled in, is stored with the run as \`config.json\`; \`origins.json\` beside it says of each value whether it came from the file, a default, an override or the run that was forked. Secrets have no key here: set them in the environment.`;

const OVERRIDES = `## Changing values on the command line

\`tuning-fork start finetune.yaml --set train.learning_rate=1e-4 --set "data.columns={text: body}"\`

The key is dotted; the value is YAML: a number, \`true\`, \`null\`, a text, a list \`[a, b]\` or a map \`{a: b}\` in quotes for the shell. A map is merged into what the file says, a list replaces it. Later overrides win. They are checked like the file, and their errors name the key. \`tuning-fork fork\` takes the same: the fork starts from its parent's resolved config.`;

const ARITHMETIC = `## Steps

- Evaluation rows of a fraction: \`ceil(rows × eval_fraction)\`, each class in proportion (largest remainder), drawn by \`run.seed\`; a class keeps at least one training row.
- Batches an epoch: \`ceil(training rows / (per_device_train_batch_size × devices))\`.
- Steps an epoch: \`ceil(batches / gradient_accumulation_steps)\`, at least 1.
- Steps in all: \`ceil(num_train_epochs × steps an epoch)\`, or \`max_steps\`.
- Warm-up of \`"p%"\`: \`ceil(steps in all × p / 100)\`.
- \`per_device_train_batch_size: auto\` counts as 8 with the embedded trainer.`;

/** `docs/config.md`. */
export function markdown(): string {
  const groups = Object.entries(GROUPS).map(([name, schema]) => groupSection(name, view(schema)));
  return [
    INTRODUCTION,
    topSection(),
    ...groups,
    OVERRIDES,
    ARITHMETIC,
    checksSection(),
    SILENCING,
    SMOKE,
    EDITOR,
    sweepSection(),
    examplesSection(),
    "",
  ].join("\n\n");
}

function topSection(): string {
  const { version, task } = view(configSchema).properties!;
  return `## At the top\n\n${table([row("version", version!), row("task", task!)])}`;
}

function groupSection(name: string, schema: SchemaView): string {
  const rows = Object.entries(schema.properties!).flatMap(([key, inner]) => rowsOf(key, inner));
  return `## \`${name}\`\n\n${notesOf(schema).description}\n\n${table(rows)}`;
}

/** A key, and those of the map that its value may be. */
function rowsOf(name: string, schema: SchemaView): string[] {
  const map = variantsOf(schema).find((variant) => variant.properties);
  const inner = Object.entries(map?.properties ?? {}).map(([key, value]) => row(`${name}.${key}`, value));
  return [row(name, schema), ...inner];
}

function row(name: string, schema: SchemaView): string {
  const { description, unit, why, aliases } = notesOf(schema);
  const elsewhere = aliases ? `Elsewhere: ${aliases.map((alias) => `\`${alias}\``).join(", ")}.` : undefined;
  const text = [description, unit && `Unit: ${unit}.`, why, elsewhere].filter(Boolean).join(" ");
  return cells([`\`${name}\``, typeCell(schema), defaultInWords(schema), text]);
}

const typeCell = (schema: SchemaView): string => `${typeInWords(schema)}${allowsNull(schema) ? ", or null" : ""}`;

function defaultInWords(schema: SchemaView): string {
  const { default: value, defaultText, required } = notesOf(schema);
  if (required) return "required";
  if (defaultText !== undefined) return defaultText;
  if (value !== undefined) return typeof value === "string" ? `\`${value}\`` : `\`${JSON.stringify(value)}\``;
  return schema.properties || recordValues(schema) ? "`{}`" : "–";
}

function table(rows: readonly string[]): string {
  return [cells(["key", "type", "default", "what it is"]), "| --- | --- | --- | --- |", ...rows].join("\n");
}

const cells = (texts: readonly string[]): string =>
  `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;

function checksSection(): string {
  const ids = [...new Set(ALL_CHECKS.map(({ id }) => id))].toSorted();
  const rows = ids.map((id) => {
    const parts = ALL_CHECKS.filter((check) => check.id === id);
    const severities = [...new Set(parts.flatMap(({ severity }) => severity))];
    const tiers = [...new Set(parts.map(({ tier }) => tier))];
    const what = [...new Set(parts.map(({ title }) => title))].join("; ");
    const why = [...new Set(parts.map((part) => part.why))].join(" ");
    return cells([`<a id="${id.toLowerCase()}"></a>${id}`, severities.join(", "), tiers.join(", "), what, why]);
  });
  const intro =
    "`tuning-fork validate`, the editor and the start of a run look for these. Only an error keeps a run from starting. The tier says what has to be looked at: the text alone, data files, the model's files, or this machine. Places are 1-based, the end exclusive, columns in UTF-16 units; a finding about something that is not written stands at the nearest key that is.";
  const head = [cells(["id", "severity", "tier", "what it finds", "why"]), "| --- | --- | --- | --- | --- |"];
  return `## Checks\n\n${intro}\n\n${[...head, ...rows].join("\n")}\n\n${notChecked()}`;
}

function sweepSection(): string {
  const rows = Object.entries(view(sweepSchema).properties!).flatMap(([key, inner]) => rowsOf(key, inner));
  return `${SWEEP_INTRODUCTION}\n\n${table(rows)}`;
}

const examplesSection = (): string =>
  ["## Examples", ...EXAMPLES.map(({ title, text }) => `${title}:\n\n\`\`\`yaml\n${text}\`\`\``)].join("\n\n");
