import { t } from "../../../base/l10n.ts";
import { error, keyOf, type Finding } from "../../diagnostic.ts";
import type { Path } from "../../path.ts";
import { code } from "../../schema/words.ts";
import type { Check, CheckContext, ScriptContext } from "../check.ts";
import { secretsIn, type Secret } from "./secrets.ts";

/** C55: keys and passwords in a file that is kept, shared and copied into every run. The message never holds the secret. */
export const c55: Check = {
  id: "C55",
  severity: "error",
  title: "a token, key or password in the config",
  why: "The config is committed, shared and copied into the record of every run, and whoever reads it may use the key.",
  run: findSecrets,
  runScript: findSecrets,
};

function findSecrets({ written, config, origins }: CheckContext | ScriptContext): Finding[] {
  const overridden = secretsIn(config).filter(({ path }) => origins[keyOf(path)] === "override");
  const here = new Map([...secretsIn(written), ...overridden].map((secret) => [keyOf(secret.path), secret]));
  return [...here.values()].map((secret) => {
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
}

function without({ path, flag }: Secret) {
  const remove = (one: Path) => ({ kind: "remove", path: one }) as const;
  return {
    title: t("Remove it from the file"),
    safe: false,
    edits: flag === undefined ? [remove(path)] : [remove(flag), remove(path)],
  };
}
