/** What stands where a secret stood. */
export const REDACTED = "[redacted]";

/** A key whose value is a secret whatever it looks like: `HF_TOKEN`, `api_key`, `dbPassword`, `AWS_SECRET_ACCESS_KEY`. */
const SECRET_KEY =
  /(?:^|[_\-. ])(?:token|secret|passwd|password|passphrase|credential|credentials|authorization|cookie|auth|pat)(?:$|[_\-. ])|(?:api|access|private|secret|signing|encryption|account|storage|wandb)[_\-. ]?key(?:$|[_\-. ]|id$)|(?:secret|password|passwd|credentials?)$/i;

/** Keys that only sound secret: counts and names of tokens in a language-model config. */
const HARMLESS_KEY =
  /(?:max|min|num|new|pad|eos|bos|unk|sep|cls|mask|special|added|image|per)[_-]?tokens?|tokens?[_-](?:id|ids|type|types|count|column|per)/i;

/** Values that are secrets whatever key they stand under; the first group, when there is one, is kept. */
const SECRET_VALUES: RegExp[] = [
  /\bhf_[A-Za-z0-9]{16,}/g,
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(Bearer\s+)[A-Za-z0-9._~+/=-]{12,}/gi,
  /\b(authorization["']?\s*[:=]\s*["']?(?:basic|token)\s+)[^\s"',]+/gi,
  /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']*:)[^\s/@"']+(?=@)/gi,
];

/** Something that every one of these shapes has: most texts have none of it, and need no closer look. */
const SECRET_HINT =
  /hf_|sk-|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|AIza|npm_|eyJ|PRIVATE KEY|bearer\s|authorization|:\/\/[^\s/"']*@/i;

/** `KEY=value`, `--key value`, `key: value`, `"key": "value"` in running text. Groups: what stands before the value; the key. Lengths have limits, so that a long word takes no longer than its letters. */
const ASSIGNMENT =
  /((?<![A-Za-z0-9])["']?-{0,2}([A-Za-z][A-Za-z0-9_.-]{0,100})["']?(?:\s*[=:]\s*|(?<=--[A-Za-z0-9_.-]{1,101})\s+))(\[redacted\]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s"',;}\]&]+)/g;

/** Whether a value under this key must not be written down. */
export function isSecretKey(key: string): boolean {
  const words = key.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
  return SECRET_KEY.test(words) && !HARMLESS_KEY.test(words);
}

/** Whether a text holds something of the shape of a key. Names of variables in the place of one (`${PASSWORD}`) are none. */
export const holdsKnownSecret = (text: string): boolean =>
  SECRET_HINT.test(text) &&
  SECRET_VALUES.some((pattern) => [...text.matchAll(pattern)].some(([found]) => !/\$[{A-Za-z_]/.test(found)));

/** Text without its secrets: known shapes of keys, credentials in URLs, and values assigned to keys that name a secret. */
export function redactText(text: string): string {
  let clean = text;
  for (const pattern of SECRET_VALUES) {
    clean = clean.replace(pattern, (_match, kept: unknown) => (typeof kept === "string" ? kept : "") + REDACTED);
  }
  return clean.replace(ASSIGNMENT, (whole: string, before: string, key: string, value: string) => {
    if (!isSecretKey(key) || isEmptyOrReference(value)) return whole;
    const quote = /^["']/.exec(value)?.[0] ?? "";
    return before + quote + REDACTED + quote;
  });
}

/** A copy of a JSON value without its secrets: by key at any depth, and by shape in every string. */
export function redactJson<T>(value: T): T {
  return redactValue(value) as T;
}

function redactValue(value: unknown): unknown {
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value)) return redactList(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const secret = isSecretKey(key) && (typeof inner === "string" || typeof inner === "number");
      return [key, secret && !isEmptyOrReference(String(inner)) ? REDACTED : redactValue(inner)];
    }),
  );
}

/** In a list such as an argument vector a secret may follow its flag: `["--token", "abc"]`. */
function redactList(list: unknown[]): unknown[] {
  return list.map((item, index) => {
    const before = list[index - 1];
    const afterFlag = typeof before === "string" && /^--?[A-Za-z]/.test(before) && !before.includes("=");
    if (typeof item === "string" && afterFlag && isSecretKey(before.replace(/^-+/, ""))) return REDACTED;
    return redactValue(item);
  });
}

/** An empty value, one already redacted, the scheme before a credential, or a name of where the secret is (`$HF_TOKEN`) tells nothing. */
function isEmptyOrReference(value: string): boolean {
  const bare = value.replace(/^["']|["']$/g, "");
  if (/^(?:|null|bearer|basic|token)$/i.test(bare) || bare === REDACTED) return true;
  return /^\$(?:\{[^}]*\}?|[A-Za-z_]\w*)$/.test(bare);
}
