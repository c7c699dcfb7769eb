import { error, type Finding } from "./diagnostic.ts";
import { configSchema, NOT_FOR_SCRIPT } from "./schema.ts";
import { isMap, type PlainMap } from "./schema/view.ts";
import { code } from "./schema/words.ts";
import { missingKeys, ownValue } from "./shape.ts";

/** Rules of shape that need more than one key: what a task requires and what it does not have (C62). */
export function checkRules(merged: PlainMap): Finding[] {
  const task = ownValue(merged, "task");
  const isScript = task === "script";
  const enter = task === undefined || isScript ? [] : ["model", "data"];
  return [
    ...missingKeys(configSchema, merged, enter),
    ...strayGroups(merged, isScript),
    ...(isScript ? scriptRules(merged) : trainedRules(merged)),
  ];
}

function strayGroups(merged: PlainMap, isScript: boolean): Finding[] {
  const stray = (isScript ? NOT_FOR_SCRIPT : ["script"]).filter((name) => ownValue(merged, name) !== undefined);
  return stray.map((name) => {
    const reason = isScript
      ? "has no effect with `task: script`: the script decides itself"
      : "is for `task: script` only";
    return error("C62", [name], `The group ${code(name)} ${reason}. Remove it.`, "key");
  });
}

function scriptRules(merged: PlainMap): Finding[] {
  const script = groupOf(merged, "script");
  const given = ["entry", "command"].filter((name) => (ownValue(script, name) ?? null) !== null);
  if (given.length === 1) return [];
  const problem =
    given.length === 0
      ? "needs `script.entry` or `script.command`"
      : "takes either `script.entry` or `script.command`, not both";
  return [error("C62", given.length === 0 ? ["script"] : ["script", "command"], `\`task: script\` ${problem}.`, "key")];
}

function trainedRules(merged: PlainMap): Finding[] {
  const evaluation = groupOf(merged, "eval");
  const method = groupOf(merged, "method");
  const findings: Finding[] = [];
  if (ownValue(evaluation, "strategy") === "steps" && (ownValue(evaluation, "steps") ?? null) === null) {
    findings.push(
      error(
        "C62",
        ["eval", "steps"],
        "`eval.steps` is missing: `eval.strategy: steps` needs the number of steps between evaluations.",
        "key",
      ),
    );
  }
  if (ownValue(method, "type") === "distill" && (ownValue(method, "teacher") ?? null) === null) {
    findings.push(
      error(
        "C62",
        ["method", "teacher"],
        "`method.teacher` is missing: `method.type: distill` needs the model to learn from.",
        "key",
      ),
    );
  }
  return findings;
}

function groupOf(merged: PlainMap, name: string): PlainMap {
  const group = ownValue(merged, name);
  return isMap(group) ? group : {};
}
