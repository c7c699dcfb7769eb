import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { error, warning, type Finding, type Path } from "../diagnostic.ts";
import { overrideProblem } from "../overrides.ts";
import { code, joinWords } from "../schema/words.ts";
import { gridSize, type Sweep } from "./sweep.ts";

const ID = "C60";
/** Enough to see which way is better, few enough for an evening. */
const A_FEW_TRIALS = 10;

/** C60, as far as the sweep's own text tells: distributions, sizes, keys that are set twice. */
export function sweepFindings(sweep: Sweep): Finding[] {
  return [...nothingToTry(sweep), ...parameterFindings(sweep), ...zipFindings(sweep), ...sizeFindings(sweep)];
}

function nothingToTry({ parameters = {}, zip = [] }: Sweep): Finding[] {
  if (Object.keys(parameters).length > 0 || zip.length > 0) return [];
  const message = t("The sweep changes nothing. Name keys and their values under `parameters`.");
  return [error(ID, ["parameters"], message)];
}

function parameterFindings(sweep: Sweep): Finding[] {
  return Object.entries(sweep.parameters ?? {}).flatMap(([key, { values, distribution, min, max }]) => {
    const path = ["parameters", key];
    const isRange = distribution !== undefined || min !== undefined || max !== undefined;
    if (values && isRange) {
      const message = t("{0} has both `values` and a distribution. Keep one of them.", code(key));
      return [error(ID, path, message, "key")];
    }
    if (values) return [];
    if (!isRange) {
      const message = t("{0} has no values. Write `values: […]`, or a distribution with `min` and `max`.", code(key));
      return [error(ID, path, message, "key")];
    }
    if (sweep.method === "grid") {
      const message = t("A grid needs listed `values` for {0}. A distribution is for `method: random`.", code(key));
      return [error(ID, path, message, "key")];
    }
    return rangeFindings(path, key, { distribution, min, max });
  });
}

interface Range {
  distribution: string | undefined;
  min: number | undefined;
  max: number | undefined;
}

function rangeFindings(path: Path, key: string, { distribution, min, max }: Range): Finding[] {
  const missing = Object.entries({ distribution, min, max }).flatMap(([name, value]) =>
    value === undefined ? [code(name)] : [],
  );
  if (missing.length > 0) return [error(ID, path, t("{0} lacks {1}.", code(key), joinWords(missing, "and")), "key")];
  if (min! > max!) {
    return [error(ID, [...path, "min"], t("`min` is {0}, above `max`, which is {1}.", min!, max!))];
  }
  if (distribution === "log_uniform_values" && min! <= 0) {
    const message = t("`min` is {0}, but a logarithmic distribution begins above 0.", min!);
    return [error(ID, [...path, "min"], message)];
  }
  if (distribution === "int_uniform" && Math.ceil(min!) > Math.floor(max!)) {
    return [error(ID, [...path, "min"], t("There is no whole number from {0} to {1}.", min!, max!))];
  }
  return distribution !== "int_uniform" && isWhole(key, min!, max!) ? [fractions(path, key)] : [];
}

/** A key that takes both ends and nothing between two whole numbers. */
const isWhole = (key: string, min: number, max: number): boolean =>
  overrideProblem(`${key}=${min}`) === undefined &&
  overrideProblem(`${key}=${max}`) === undefined &&
  overrideProblem(`${key}=${Math.floor(min) + 0.5}`) !== undefined &&
  Math.floor(min) + 1 <= max;

function fractions(path: Path, key: string): Finding {
  const distribution = [...path, "distribution"];
  const message = t("{0} takes whole numbers only. Write {1}.", code(key), code("distribution: int_uniform"));
  const edits = [{ kind: "set", path: distribution, value: "int_uniform" } as const];
  const fix = { title: t("Write {0}", code("distribution: int_uniform")), safe: false, edits };
  return error(ID, distribution, message, { fixes: [fix] });
}

function zipFindings({ zip = [], parameters = {} }: Sweep): Finding[] {
  const all = [...new Set(zip.flatMap((set) => Object.keys(set)))];
  const twice = zip.flatMap((set, index) =>
    Object.keys(set)
      .filter((key) => Object.hasOwn(parameters, key))
      .map((key) =>
        error(ID, ["zip", index, key], t("{0} stands under `parameters` too. Keep one of them.", code(key)), "key"),
      ),
  );
  const uneven = zip.flatMap((set, index) => {
    const lacking = all.filter((key) => !Object.hasOwn(set, key));
    if (lacking.length === 0) return [];
    const message = t(
      "This set does not name {0}, so the base config's value counts.",
      joinWords(lacking.map(code), "and"),
    );
    return [warning(ID, ["zip", index], message)];
  });
  return [...twice, ...uneven];
}

function sizeFindings(sweep: Sweep): Finding[] {
  const { max_runs: most, method } = sweep;
  if (method === "random" && most === undefined) {
    const edits = [{ kind: "set", path: ["max_runs"], value: A_FEW_TRIALS } as const];
    const fix = { title: t("Draw {0} trials", A_FEW_TRIALS), safe: false, edits };
    const message = t("A random sweep needs `max_runs`: how many trials are drawn.");
    return [error(ID, ["method"], message, { fixes: [fix] })];
  }
  const size = gridSize(sweep);
  if (size === undefined || most === undefined || size <= most) return [];
  const message = t(
    "The grid has {0} trials, but `max_runs` is {1}: the last {2} are left out.",
    formatCount(size),
    formatCount(most),
    formatCount(size - most),
  );
  const all = { kind: "set", path: ["max_runs"], value: size } as const;
  const fix = { title: t("Run all {0}", formatCount(size)), safe: false, edits: [all] };
  return [warning(ID, ["max_runs"], message, { fixes: [fix] })];
}
