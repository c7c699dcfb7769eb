import { resolvedSchema, resolvedScriptSchema } from "../schema.ts";
import { notesOf } from "../schema/key.ts";
import { recordValues, view, type SchemaView } from "../schema/view.ts";

const HEAD = `"""Types of a resolved config: \`config.json\` of a run, as trainers get it.

Made from src/config by scripts/generate.mjs. Change it there.
"""

from typing import Literal, NotRequired, TypedDict

`;
const WIDTH = 100;

/** `python/tuning_fork/config_types.py`: a \`TypedDict\` for each group, and for the config of our trainers and of scripts. */
export function pythonTypes(): string {
  const classes = new Map<string, string>();
  classOf("ResolvedConfig", view(resolvedSchema), classes);
  classOf("ResolvedScriptConfig", view(resolvedScriptSchema), classes);
  return HEAD + [...classes.values()].map((text) => `\n${text}`).join("\n");
}

/** Defines the class of a map, after those it is made of. @returns its name */
function classOf(name: string, schema: SchemaView, classes: Map<string, string>): string {
  if (classes.has(name)) return name;
  const { required = [] } = schema as { required?: readonly string[] };
  const fields = Object.entries(schema.properties ?? {}).map(([key, inner]) => {
    const type = pythonType(inner, classNameOf(key), classes);
    const isOptional = !required.includes(key);
    return field(key, isOptional ? `NotRequired[${type}]` : type, notesOf(inner).description);
  });
  const { description } = notesOf(schema);
  classes.set(name, `class ${name}(TypedDict):\n    """${description}"""\n\n${fields.join("")}`);
  return name;
}

const classNameOf = (key: string): string =>
  key
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

function field(key: string, type: string, description: string): string {
  const comment = wrapped(description.replaceAll("`", ""), WIDTH - 7).map((line) => `    # ${line}\n`);
  return `${comment.join("")}    ${key}: ${type}\n`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pythonType(schema: SchemaView, name: string, classes: Map<string, string>): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map((one) => pythonType(one, name, classes)))].join(" | ");
  if (schema.const !== undefined) return `Literal[${literal(schema.const)}]`;
  if (schema.enum) return `Literal[${schema.enum.map(literal).join(", ")}]`;
  switch (schema.type) {
    case "object": {
      const values = recordValues(schema);
      return values ? `dict[str, ${pythonType(values, name, classes)}]` : classOf(name, schema, classes);
    }
    case "array":
      return `list[${schema.items ? pythonType(schema.items, name, classes) : "object"}]`;
    case "string":
      return "str";
    case "integer":
      return "int";
    case "number":
      return "float";
    case "boolean":
      return "bool";
    case "null":
      return "None";
    default:
      return "object";
  }
}

const literal = (value: unknown): string =>
  typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value);
