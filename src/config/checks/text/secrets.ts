import { holdsKnownSecret, isSecretKey } from "../../../base/redact.ts";
import type { Path } from "../../path.ts";
import { isMap } from "../../schema/view.ts";

/** A value that is a secret, without the value. */
export interface Secret {
  readonly path: Path;
  /** The environment variable it belongs in; undefined where nothing tells. */
  readonly variable: string | undefined;
  /** The argument before it that says what it is (`--token`). */
  readonly flag?: Path;
}

/** Deeper than any config is; keeps the walk short in files that nest without end. */
const DEEPEST = 16;

/** Every value below that is a secret: by its own shape, or by the name it stands under. */
export function secretsIn(value: unknown, path: Path = []): Secret[] {
  if (path.length > DEEPEST) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => secretsInItem(value, item, index, path));
  if (isMap(value))
    return Object.entries(value).flatMap(([key, inner]) =>
      isNamedSecret(key, inner)
        ? [{ path: [...path, key], variable: variableFor(key, inner) }]
        : secretsIn(inner, [...path, key]),
    );
  return typeof value === "string" && looksSecret(value)
    ? [{ path, variable: value.startsWith("hf_") ? "HF_TOKEN" : undefined }]
    : [];
}

function secretsInItem(list: readonly unknown[], item: unknown, index: number, path: Path): Secret[] {
  const before = list[index - 1];
  const flag = typeof before === "string" ? /^--?([A-Za-z][\w-]*)$/.exec(before)?.[1] : undefined;
  if (flag !== undefined && isNamedSecret(flag, item)) {
    return [{ path: [...path, index], variable: variableFor(flag, item), flag: [...path, index - 1] }];
  }
  const [, key, value] = (typeof item === "string" && /^-{0,2}([A-Za-z][\w-]*)=(.*)$/s.exec(item)) || [];
  if (key !== undefined && isNamedSecret(key, value)) {
    return [{ path: [...path, index], variable: variableFor(key, value) }];
  }
  return secretsIn(item, [...path, index]);
}

/** Names of secrets, whatever stands before them. */
const SECRET_NAME =
  /(?:^|[_\-. ])(?:secret|password|passwd|passphrase|credentials?|api[_-]?key|apikey|wandb[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key)$/i;
/** Names of tokens that let in. Other tokens are words of a text. */
const TOKEN_NAME =
  /^(?:(?:hf|hub|huggingface|huggingface_hub|use_auth|auth|access|api|bearer|refresh|wandb|github|gh|gitlab|slack|openai|comet|neptune|mlflow|mlflow_tracking|aws_session)[_-]?)?token$/i;

function isNamedSecret(key: string, value: unknown): boolean {
  const name = key.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
  const isToken = TOKEN_NAME.test(name) || (/(?:^|[_-])token$/i.test(name) && isSecretKey(key) && isRandom(value));
  if (!isToken && !(SECRET_NAME.test(name) && isSecretKey(key))) return false;
  if (typeof value === "number") return !isToken;
  return typeof value === "string" && !isReference(value);
}

/** Long, with letters and digits, and without spaces: nobody's word. */
const isRandom = (value: unknown): boolean =>
  typeof value === "string" && /^\S{16,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);

/** Empty, or a name of where the secret is: `$HF_TOKEN`, `${HF_TOKEN}`, `{{ token }}`, `<your token>`. */
const isReference = (value: string): boolean =>
  /^\s*(?:|true|false|\$[A-Za-z_{(].*|\{\{.*\}\}|<.*>|\*+|env:.*)\s*$/i.test(value);

/** Whether a text holds what can only be a key. */
export function looksSecret(value: string): boolean {
  if (!holdsKnownSecret(value)) return false;
  // `sk-` begins names of models and runs too; a key has one long part without dashes.
  const rest = value.replaceAll(/\bsk-[\w-]+/g, (found) => (/\w{16,}/.test(found) ? found : ""));
  return rest === value || holdsKnownSecret(rest);
}

function variableFor(key: string, value: unknown): string {
  if ((typeof value === "string" && value.startsWith("hf_")) || /^(?:hf|hub|use_auth)?[_-]?token$/i.test(key)) {
    return "HF_TOKEN";
  }
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}
