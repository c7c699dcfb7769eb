import { t } from "../base/l10n.ts";
import { allNear } from "../base/nearest.ts";
import { error, keyOf, type Finding, type Path } from "./diagnostic.ts";
import type { ConfigEdit, Fix } from "./edit/fix.ts";
import { valueText } from "./edit/value-text.ts";
import { FOREIGN_NAMES, FORMER_NAMES, type Foreign, type Mend } from "./foreign/names.ts";
import { convertedTo } from "./foreign/values.ts";
import { ALIASES, calledHere, KEYS } from "./names.ts";
import { GROUPS } from "./schema.ts";
import { isMap, type PlainMap } from "./schema/view.ts";
import { code, joinWords } from "./schema/words.ts";

/** A key that does not exist where it stands. */
export interface StrayKey {
  path: Path;
  value: unknown;
  /** Keys the group takes. */
  siblings: readonly string[];
  /** The whole file. */
  written: PlainMap;
  /** A config, and not another kind of file with keys of its own: what other tools call its keys means something. */
  isConfig: boolean;
  /** Whether a dotted key takes a value. */
  fits: (key: string, value: unknown) => boolean;
}

/** The finding for a key that does not exist where it stands: C04 for a former Hugging Face name, else C01. */
export function unknownKey(stray: StrayKey): Finding {
  const { path, isConfig } = stray;
  const written = code(path.at(-1));
  if (path.at(-1) === "") return error("C01", path, t("A name is missing here: the key is empty."), "key");
  const name = String(path.at(-1)).replaceAll("-", "_").toLowerCase();
  if (!isConfig) return error("C01", path, ...told(misspeltKey(stray, name)));
  const former = FORMER_NAMES.get(name);
  if (former) {
    const message = t("{0} is a former name of Hugging Face's and is not known here. {1}", written, former.advice());
    return error("C04", path, message, { at: "key", fixes: mendings(stray, former) });
  }
  return error("C01", path, ...told(foreignKey(stray, name) ?? misplacedKey(stray, name) ?? misspeltKey(stray, name)));
}

const told = ({ message, fixes }: Told): [string, { at: "key"; fixes: Fix[] }] => [message, { at: "key", fixes }];

type Told = Pick<Finding, "message"> & { fixes: Fix[] };

/** A name of another tool. */
function foreignKey(stray: StrayKey, name: string): Told | undefined {
  const { path } = stray;
  const written = code(path.at(-1));
  const foreign = FOREIGN_NAMES.get(name);
  if (foreign) {
    return { message: t("There is no key {0}. {1}", written, foreign.advice()), fixes: mendings(stray, foreign) };
  }
  const here = calledHere(name);
  if (here === undefined) return undefined;
  return { message: t("{0} is called {1} here.", written, code(here)), fixes: moved(stray, here, true) };
}

/** A name that exists, in another group or with other letters. */
function misplacedKey(stray: StrayKey, name: string): Told | undefined {
  const { path, siblings, value, fits } = stray;
  const written = code(path.at(-1));
  const [group = "", ...inner] = name.split(".");
  if (path.length === 1 && inner.length > 0 && Object.hasOwn(GROUPS, group)) {
    const message = t(
      "{0} is no key of its own: write {1} in the group {2}.",
      written,
      code(inner.join(".")),
      code(group),
    );
    return { message, fixes: moved(stray, name, true) };
  }
  if (siblings.includes(name)) {
    return { message: meant(path, name), fixes: moved(stray, keyOf([...path.slice(0, -1), name]), true) };
  }
  if (path.length > 1 && Object.hasOwn(GROUPS, name)) {
    const message = t("{0} is a group of its own: write it at the left margin.", written);
    return { message, fixes: moved(stray, name, true) };
  }
  const groups = KEYS.filter((key) => key.name === name).map(({ group: one }) => one);
  const isOwn = allNear(name, siblings).some((one) => fits(keyOf([...path.slice(0, -1), one]), value));
  if (groups.length === 0 || (isOwn && !groups.some((one) => fits(`${one}.${name}`, value)))) return undefined;
  return {
    message: t("{0} belongs in the group {1}.", written, joinWords(groups.map(code), "or")),
    fixes: groups.flatMap((one) => moved(stray, `${one}.${name}`, groups.length === 1)),
  };
}

/** A name that is near one that exists, or like none. */
function misspeltKey(stray: StrayKey, name: string): Told {
  const { path, siblings, isConfig } = stray;
  const near = allNear(String(path.at(-1)), siblings);
  if (near.length > 0) {
    const fixes = near.flatMap((one) => moved(stray, keyOf([...path.slice(0, -1), one]), near.length === 1));
    return { message: meant(path, near[0]!), fixes };
  }
  const nothing = {
    message: `${unknown(path)} ${t("It takes {0}.", joinWords(siblings.map(code), "and"))}`,
    fixes: [],
  };
  if (!isConfig) return nothing;
  const elsewhere = allNear(name, new Set(KEYS.map((key) => key.name))).flatMap((one) =>
    KEYS.filter((key) => key.name === one).map((key) => `${key.group}.${one}`),
  );
  const aliases = elsewhere.length > 0 ? [] : allNear(name, ALIASES.keys()).map((one) => ALIASES.get(one)!);
  const keys = [...new Set([...elsewhere, ...aliases])];
  if (keys.length > 0) {
    return { message: meant(path, keys[0]!), fixes: keys.flatMap((key) => moved(stray, key, keys.length === 1)) };
  }
  return nothing;
}

const meant = (path: Path, name: string): string => `${unknown(path)} ${t("Did you mean {0}?", code(name))}`;

function unknown(path: Path): string {
  const group = path.slice(0, -1);
  return group.length > 0
    ? t("Unknown key {0} in {1}.", code(path.at(-1)), code(keyOf(group)))
    : t("Unknown key {0}.", code(path.at(-1)));
}

const pathOf = (key: string): Path => key.split(".");

function valueAt(map: PlainMap, path: Path): unknown {
  let value: unknown = map;
  for (const name of path) {
    if (!isMap(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[String(name)];
  }
  return value;
}

/** Keys of which one says the same as the other in another way. */
const INSTEAD_OF: ReadonlyMap<string, string> = new Map([
  ["data.eval_fraction", "data.eval"],
  ["data.eval", "data.eval_fraction"],
]);

/** Moves the key to what it is called here, its value as this key takes it; where that is written already, takes it away. */
function moved(stray: StrayKey, key: string, isOnly: boolean): Fix[] {
  const { path, value, written, fits } = stray;
  const to = pathOf(key);
  const { value: own, exact } = convertedTo(key, value);
  const taken = valueAt(written, to);
  if (taken !== undefined) return [removal(path, isOnly && isSame(taken, own))];
  const edit: ConfigEdit = { kind: "move", path, to, ...(own === value ? {} : { value: own }) };
  const isFree = valueAt(written, pathOf(INSTEAD_OF.get(key) ?? key)) === undefined;
  return [{ title: t("Write {0}", code(key)), safe: isOnly && exact && isFree && fits(key, own), edits: [edit] }];
}

/** What a foreign name's value comes to, as edits; where other values are written for it already, only its removal. */
function mendings({ path, value, written }: StrayKey, foreign: Foreign): Fix[] {
  const group = valueAt(written, path.slice(0, -1));
  const beside = (name: string): unknown => (isMap(group) ? valueAt(group, [name]) : undefined);
  const mend: Mend | undefined = foreign.mend?.(value, (key) => valueAt(written, pathOf(key)), beside);
  if (!mend) return [];
  const entries = Object.entries(mend.write);
  const contradicted = entries.some(([key, own]) => {
    const taken = valueAt(written, pathOf(key));
    return taken !== undefined && !isSame(taken, own);
  });
  const missing = entries.filter(([key]) => valueAt(written, pathOf(key)) === undefined);
  if (contradicted || missing.length === 0) return [removal(path, mend.safe && !contradicted)];
  const [[key, own] = ["", undefined], ...others] = missing;
  const move: ConfigEdit = { kind: "move", path, to: pathOf(key), ...(own === value ? {} : { value: own }) };
  const sets = others.map(([other, one]): ConfigEdit => ({ kind: "set", path: pathOf(other), value: one }));
  const keys = joinWords(
    missing.map(([one, its]) => code(`${one}: ${valueText(its)}`)),
    "and",
  );
  return [{ title: t("Write {0}", keys), safe: mend.safe, edits: [move, ...sets] }];
}

const removal = (path: Path, safe: boolean): Fix => ({
  title: t("Remove {0}", code(keyOf(path))),
  safe,
  edits: [{ kind: "remove", path }],
});

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
