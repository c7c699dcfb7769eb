import { basename, dirname, resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import { formatCount } from "../../base/format.ts";
import { nearest } from "../../base/nearest.ts";
import { t } from "../../base/l10n.ts";
import { TIERS } from "../checks/check.ts";
import { error, hasErrors, keyOf, warning, type Finding } from "../diagnostic.ts";
import type { Fix } from "../edit/fix.ts";
import { METRICS_OF_TASK } from "../metrics.ts";
import { overrideFindings } from "../overrides.ts";
import { parseConfig, type ParsedConfig } from "../parse.ts";
import { UNKNOWN_FACTS } from "../preflight.ts";
import { withoutPaths } from "../resolve.ts";
import type { PlainMap } from "../schema/view.ts";
import { code, joinWords } from "../schema/words.ts";
import { checkShape, missingKeys } from "../shape.ts";
import { createSilencer } from "../silence.ts";
import {
  checkParsed,
  readConfigFile,
  type CheckedConfig,
  type ValidateOptions,
  type ValidationReport,
} from "../validate.ts";
import { sweepFindings } from "./rules.ts";
import { sweepSchema } from "./schema.ts";
import { asSweep, gridSize, trialCount, trialsOf, type Assignment, type Sweep, type Trial } from "./sweep.ts";
import { trialFindings, type CheckedTrial } from "./trial-findings.ts";

const ID = "C60";
/** Trials whose configs are checked one by one; of more, the first so many tell. */
const MOST_CHECKED = 200;

/** What `validate` says of a sweep: as of a config, and how many runs it is. */
export interface SweepReport extends ValidationReport {
  sweep: {
    /** Runs it starts; null where that cannot be told. */
    trials: number | null;
    /** Combinations of a grid; null for a random sweep. */
    grid: number | null;
    /** Trials whose resolved config was checked. */
    checked: number;
  };
}

interface Found {
  findings: Finding[];
  skipped: ValidationReport["skipped"];
  facts: ValidationReport["facts"];
  /** Of the base config. */
  estimate: ValidationReport["estimate"];
  sweep: SweepReport["sweep"];
}

/**
 * Checks a sweep: its own text, the base config, and each trial as the resolved config its run would get.
 * Never throws for what it finds; throws the signal's reason when it is aborted.
 */
export async function checkSweep(parsed: ParsedConfig, options: ValidateOptions = {}): Promise<SweepReport> {
  const silencer = createSilencer(parsed);
  const { findings, ...found } = await look(parsed, options);
  // What an alias without an end was to stand for is not known to be wrong.
  const isKnown = ({ path }: Finding): boolean => !parsed.unknown.some((one) => keyOf(path) === keyOf(one));
  const { told, silenced } = silencer.part([...parsed.diagnostics, ...findings.filter(isKnown).map(parsed.place)]);
  const remarks = silencer.remarks({ tiers: options.tiers ?? TIERS, skipped: found.skipped });
  const diagnostics = [...told, ...remarks].toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  return { file: parsed.file, ok: !hasErrors(diagnostics), diagnostics, silenced, ...found };
}

const NOT_A_SWEEP = { trials: null, grid: null, checked: 0 } as const;

async function look(parsed: ParsedConfig, options: ValidateOptions): Promise<Found> {
  const { value, isBroken } = parsed;
  const nothing = { skipped: [], facts: UNKNOWN_FACTS, estimate: null, sweep: { ...NOT_A_SWEEP } };
  // Of a text that is not whole YAML, what seems wrong may be meant otherwise.
  if (!value || isBroken) return { findings: [], ...nothing };
  const shape = [...checkShape(sweepSchema, value), ...missingKeys(sweepSchema, value, [])];
  if (hasErrors(shape))
    return { findings: [...shape, ...(await healthyFindings(parsed.file, value, shape, options))], ...nothing };

  const sweep = asSweep(value);
  const size = { trials: trialCount(sweep), grid: gridSize(sweep) ?? null, checked: 0 };
  const assignments = allAssignments(sweep);
  const broken = new Map(assignments.map((one) => [JSON.stringify(one.from), assignmentFindings(one)]));
  const own = [...shape, ...sweepFindings(sweep), ...eachOnce([...broken.values()].flat())];
  const base = await readBase(parsed.file, sweep.base!, options);
  if ("problem" in base) return { findings: [...own, base.problem], ...nothing, sweep: size };

  const isSound = (trial: Trial): boolean =>
    trial.every(({ from }) => (broken.get(JSON.stringify(from)) ?? []).length === 0);
  const all = trialsOf(sweep, base.checked.config?.run.seed ?? 42).filter(isSound);
  const checked: CheckedTrial[] = [];
  for (const trial of all.slice(0, MOST_CHECKED)) {
    // What is wrong with values that are drawn between two ends was told of the distribution.
    if (trial.some((one) => one.from.length === 2 && assignmentFindings(one).length > 0)) continue;
    const { report } = await checkParsed(base.parsed, {
      ...options,
      onTier: () => {},
      overrides: trial.map(overrideOf),
    });
    checked.push({ trial, diagnostics: report.diagnostics });
    options.signal?.throwIfAborted();
  }
  const { report } = base.checked;
  return {
    findings: [
      ...own,
      ...baseFindings(base.checked),
      ...metricFindings(sweep, base.checked),
      ...trialFindings(checked, report.diagnostics),
    ],
    skipped: [...report.skipped, ...(all.length > MOST_CHECKED ? notChecked(size.trials) : [])],
    facts: report.facts,
    estimate: report.estimate,
    sweep: { ...size, checked: checked.length },
  };
}

/** What can be told of a sweep in spite of what is wrong with its shape: its keys, values and base one by one, not its trials. */
async function healthyFindings(
  file: string,
  value: PlainMap,
  shape: readonly Finding[],
  options: ValidateOptions,
): Promise<Finding[]> {
  const broken = shape.map(({ path }) => path.map(String));
  const sweep = asSweep(withoutPaths(value, broken));
  const base = sweep.base === undefined ? undefined : await readBase(file, sweep.base, options);
  const isAbout = ({ path }: Finding): boolean =>
    broken.some((one) => one[0] === path[0] && (path.length < 2 || one.length < 2 || one[1] === path[1]));
  return [
    ...(broken.some(([name]) => name === "method") ? [] : sweepFindings(sweep).filter((one) => !isAbout(one))),
    ...eachOnce(allAssignments(sweep).flatMap(assignmentFindings)),
    ...(base === undefined ? [] : "problem" in base ? [base.problem] : baseFindings(base.checked)),
  ];
}

/** A key that is wrong is so for each of its values. */
const eachOnce = (findings: readonly Finding[]): Finding[] =>
  findings.filter((one, index) => findings.findIndex((other) => sameText(one, other)) === index);
const sameText = (one: Finding, other: Finding): boolean =>
  one.message === other.message && one.path.join("\n") === other.path.join("\n");

const overrideOf = ({ key, value }: Assignment): string => `${key}=${JSON.stringify(value)}`;

/** Every value the sweep writes down, each once. */
function allAssignments({ parameters = {}, zip = [] }: Sweep): Assignment[] {
  const listed = Object.entries(parameters).flatMap(([key, { values, min, max }]) => [
    ...(values ?? []).map((value, index): Assignment => ({ key, value, from: ["parameters", key, "values", index] })),
    // A range is tried at its ends.
    ...(min === undefined ? [] : [{ key, value: min, from: ["parameters", key, "min"] }]),
    ...(max === undefined ? [] : [{ key, value: max, from: ["parameters", key, "max"] }]),
  ]);
  const sets = zip.flatMap((set, index) =>
    Object.entries(set).map(([key, value]): Assignment => ({ key, value, from: ["zip", index, key] })),
  );
  return [...listed, ...sets];
}

/** An unknown key is C60 at the key; a value the key does not take is what it would be in a config. */
function assignmentFindings(assignment: Assignment): Finding[] {
  const { from } = assignment;
  return overrideFindings(overrideOf(assignment)).map(({ id, severity, message, fixes = [] }): Finding => {
    if (id !== "C01" && id !== "C04") return { id, severity, message, path: from, at: "value" };
    const path = from[0] === "parameters" ? from.slice(0, 2) : from;
    return { id: ID, severity, message, path, at: "key", fixes: fixes.flatMap((fix) => renaming(fix, path)) };
  });
}

/** Where a config's key would move to, the sweep's dotted key is written so; a value that would change is left to a person. */
function renaming({ title, safe, edits: [edit, ...others] }: Fix, path: Finding["path"]): Fix[] {
  if (edit?.kind !== "move" || "value" in edit || others.length > 0) return [];
  return [{ title, safe, edits: [{ kind: "move", path, to: [...path.slice(0, -1), keyOf(edit.to)] }] }];
}

type Base = { parsed: ParsedConfig; checked: CheckedConfig } | { problem: Finding };

async function readBase(sweepFile: string, base: string, options: ValidateOptions): Promise<Base> {
  const file = resolve(dirname(sweepFile), base);
  try {
    const parsed = parseConfig(readConfigFile(file), file);
    return { parsed, checked: await checkParsed(parsed, { ...options, overrides: [] }) };
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return { problem: error(ID, ["base"], problem.sentence) };
  }
}

function baseFindings({ report }: CheckedConfig): Finding[] {
  const errors = report.diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (!first) return [];
  const name = basename(report.file);
  const message =
    errors.length === 1
      ? t("{0} has an error: {1}", name, first.message)
      : t("{0} has {1} errors; the first: {2}", name, errors.length, first.message);
  return [error(ID, ["base"], message)];
}

function metricFindings({ metric }: Sweep, { config }: CheckedConfig): Finding[] {
  if (!metric || !config) return [];
  const names = ["loss", ...config.eval.metrics];
  const name = metric.name.replace(/^eval\//, "");
  if (names.includes(name)) return [];
  const known = METRICS_OF_TASK[config.task];
  const isKnown = known.includes(name);
  const near = isKnown ? undefined : nearest(name, [...new Set([...names, ...known])]);
  const there = joinWords([...new Set(names)].map(code), "and");
  const message = t("The trials do not measure {0}; they measure {1}.", code(name), there);
  const path = ["metric", "name"];
  if (near === undefined) return [warning(ID, path, message)];
  const fix = { title: t("Write {0}", code(near)), safe: false, edits: [{ kind: "set", path, value: near } as const] };
  return [warning(ID, path, message, { fixes: [fix] })];
}

const notChecked = (trials: number): ValidationReport["skipped"] => [
  { id: ID, reason: t("only the first {0} of {1} trials are checked", MOST_CHECKED, formatCount(trials)) },
];
