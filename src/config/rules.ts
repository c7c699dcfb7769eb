import { t } from "../base/l10n.ts";
import { error, keyOf, type Finding, type Path } from "./diagnostic.ts";
import type { Fix } from "./edit/fix.ts";
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
    const message = isScript
      ? t("The group {0} has no effect with `task: script`: the script decides itself. Remove it.", code(name))
      : t("The group {0} is for `task: script` only. Remove it.", code(name));
    return error("C62", [name], message, { at: "key", fixes: [removal([name])] });
  });
}

function scriptRules(merged: PlainMap): Finding[] {
  const script = groupOf(merged, "script");
  const given = ["entry", "command"].filter((name) => (ownValue(script, name) ?? null) !== null);
  if (given.length === 0) {
    return [error("C62", ["script"], t("`task: script` needs `script.entry` or `script.command`."), "key")];
  }
  if (given.length === 1) return [];
  const message = t("`task: script` takes either `script.entry` or `script.command`, not both.");
  const fixes = given.map((name) => removal(["script", name]));
  return [error("C62", ["script", "command"], message, { at: "key", fixes })];
}

function trainedRules(merged: PlainMap): Finding[] {
  const evaluation = groupOf(merged, "eval");
  const method = groupOf(merged, "method");
  const findings: Finding[] = [];
  if (ownValue(evaluation, "strategy") === "steps" && (ownValue(evaluation, "steps") ?? null) === null) {
    const message = t("`eval.steps` is missing: `eval.strategy: steps` needs the number of steps between evaluations.");
    const path = ["eval", "strategy"];
    const fix: Fix = {
      title: t("Write {0}", "`eval.strategy: epoch`"),
      safe: false,
      edits: [{ kind: "set", path, value: "epoch" }],
    };
    findings.push(error("C62", ["eval", "steps"], message, { at: "key", fixes: [fix] }));
  }
  if (ownValue(method, "type") === "distill" && (ownValue(method, "teacher") ?? null) === null) {
    const message = t("`method.teacher` is missing: `method.type: distill` needs the model to learn from.");
    findings.push(error("C62", ["method", "teacher"], message, "key"));
  }
  return findings;
}

const removal = (path: Path): Fix => ({
  title: t("Remove {0}", code(keyOf(path))),
  safe: false,
  edits: [{ kind: "remove", path }],
});

function groupOf(merged: PlainMap, name: string): PlainMap {
  const group = ownValue(merged, name);
  return isMap(group) ? group : {};
}
