import { isMap, isScalar } from "yaml";
import { t } from "../../../base/l10n.ts";
import { error, keyOf, type Finding } from "../../diagnostic.ts";
import type { Path } from "../../path.ts";
import type { ParsedConfig } from "../../parse.ts";
import { code } from "../../schema/words.ts";
import type { Check, CheckContext, ScriptContext } from "../check.ts";
import { looksSecret, secretsIn, type Secret } from "./secrets.ts";

/** C55: keys and passwords in a file that is kept, shared and copied into every run. The message never holds the secret. */
export const c55: Check = {
  id: "C55",
  severity: "error",
  title: "a token, key or password in the config",
  why: "The config is committed, shared and copied into the record of every run, and whoever reads it may use the key.",
  run: findSecrets,
  runScript: findSecrets,
};

function findSecrets({ written, config, origins, parsed }: CheckContext | ScriptContext): Finding[] {
  const overridden = secretsIn(config).filter(({ path }) => origins[keyOf(path)] === "override");
  const here = new Map([...secretsIn(written), ...overridden].map((secret) => [keyOf(secret.path), secret]));
  const values = [...here.values()].map((secret) => {
    const message =
      secret.variable === undefined
        ? t(
            "{0} holds what looks like a secret, and every run would copy it into its record. Remove it and set it in the environment.",
            code(keyOf(secret.path)),
          )
        : t(
            "{0} holds a secret, and every run would copy it into its record. Remove it and set {1} in the environment.",
            code(keyOf(secret.path)),
            secret.variable,
          );
    return error("C55", secret.path, message, { fixes: [without(secret)] });
  });
  return [...values, ...(parsed ? inComments(parsed) : [])];
}

/** Comments go with the file wherever it goes. The finding stands at the group before it, for a comment has no key. */
function inComments({ source, document }: ParsedConfig): Finding[] {
  const groups = isMap(document.contents) ? document.contents.items.map(({ key }) => key).filter(isScalar) : [];
  return [...source.matchAll(/^(?:.*\s)?#.*$/gm)].flatMap(({ 0: line, index }) => {
    if (!looksSecret(line.slice(line.indexOf("#")))) return [];
    const group = groups.findLast(({ range }) => range && range[0] < index + line.length) ?? groups[0];
    const number = source.slice(0, index).split("\n").length;
    const message = t("The comment in line {0} holds what looks like a secret. Remove it.", number);
    return [error("C55", group ? [String(group.value)] : [], message, "key")];
  });
}

function without({ path, flag }: Secret) {
  const remove = (one: Path) => ({ kind: "remove", path: one }) as const;
  return {
    title: t("Remove it from the file"),
    safe: false,
    edits: flag === undefined ? [remove(path)] : [remove(flag), remove(path)],
  };
}
