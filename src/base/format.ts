/**
 * Figures as people read them, by the table of the pages' design: every number in the display language, missing values
 * as a dash, NaN and infinities as words, never as 0.
 */
import { displayLanguage, t } from "./l10n.ts";

/** What stands where there is no value. */
export const MISSING = "–";
const MINUS = "\u2212";
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const numberFormats = new Map<string, Intl.NumberFormat>();

/** `Intl.NumberFormat` is dear to build (a millisecond), so each is built once a language. */
function decimal(value: number, options: Intl.NumberFormatOptions): string {
  const key = `${displayLanguage()} ${JSON.stringify(options)}`;
  let format = numberFormats.get(key);
  if (!format) numberFormats.set(key, (format = new Intl.NumberFormat(displayLanguage(), options)));
  return format.format(value).replace("-", MINUS);
}

/** From here on `toFixed` writes an exponent. */
const MOST_FIXED = 1e21;

/**
 * A number with so many decimals. English needs nothing of `Intl`, whose first use loads the languages' data (13 ms
 * measured, a tenth of what `list` may take, and 35 ms before a page's first picture).
 */
const fixed = (value: number, decimals: number): string =>
  displayLanguage() === "en" && Math.abs(value) < MOST_FIXED
    ? grouped(value.toFixed(decimals)).replace("-", MINUS)
    : decimal(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** Commas between the thousands of the whole part. */
const grouped = (text: string): string =>
  text.replace(/^-?\d{4,}/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ","));

const scientific = (value: number, digits: number): string =>
  value
    .toExponential(digits - 1)
    .replace("e+", "e")
    .replace(/^-/, MINUS);

/** The words for what is no finite number; undefined for finite ones. */
function nonFinite(value: number | null | undefined): string | undefined {
  if (value === null || value === undefined) return MISSING;
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? undefined : value > 0 ? "∞" : `${MINUS}∞`;
}

const SCORE =
  /(?:^|[/_])(?:accuracy|precision|recall|f1|auc|mrr|spearman|pearson|cosine|similarity|specificity|sensitivity|probability)(?:_|$)/;

/** Whether a metric is a score between 0 and 1 by its name (`eval/f1_macro`); those are shown with four fixed decimals. */
export const isScore = (metric: string): boolean => SCORE.test(metric);

const isTiny = (value: number): boolean => value !== 0 && Math.abs(value) < 1e-3;
const isHuge = (value: number): boolean => Math.abs(value) >= 1e7;

/** Decimals that show four significant digits. */
const decimalsOf = (value: number): number =>
  value === 0 ? 4 : Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value)))));

/** A metric's value: four significant digits (`0.2145`, `9.851e-5`), scores within 0–1 four decimals. */
export function formatMetric(value: number | null | undefined, metric = ""): string {
  const word = nonFinite(value);
  if (word !== undefined) return word;
  const number = value as number;
  if (isScore(metric) && number >= 0 && number <= 1) return fixed(number, 4);
  return isTiny(number) || isHuge(number) ? scientific(number, 4) : fixed(number, decimalsOf(number));
}

/** Difference of a metric to a reference: the decimals of the value, always with its sign. `–` unless both are finite. */
export function formatDelta(
  value: number | null | undefined,
  reference: number | null | undefined,
  metric = "",
): string {
  if (nonFinite(value) !== undefined || nonFinite(reference) !== undefined) return MISSING;
  const number = value as number;
  const delta = number - (reference as number);
  const score = isScore(metric) && number >= 0 && number <= 1;
  const text =
    !score && (isTiny(number) || isHuge(number)) && delta !== 0
      ? scientific(Math.abs(delta), 4)
      : fixed(Math.abs(delta), score ? 4 : decimalsOf(number));
  return `${delta < 0 ? MINUS : "+"}${text}`;
}

/** A hyperparameter: as short as exact (`2e-4`, `0.05`). */
export function formatHyperparameter(value: number): string {
  const word = nonFinite(value);
  if (word !== undefined) return word;
  const plain = String(value);
  const short = value.toExponential();
  return Math.abs(value) < 1 && short.length < plain.length ? short : plain;
}

/** A count with the language's grouping: `1,140`. */
export const formatCount = (value: number | null | undefined): string => nonFinite(value) ?? fixed(value as number, 0);

/** `846 of 1,140 steps`, or `846 steps` when the end is unknown. */
export const formatSteps = (step: number, total: number | null): string =>
  total === null
    ? step === 1
      ? t("1 step")
      : t("{0} steps", formatCount(step))
    : t("{0} of {1} steps", formatCount(step), formatCount(total));

/** A share between 0 and 1: `74 %`. */
export const formatPercent = (share: number): string => `${decimal(share * 100, { maximumFractionDigits: 0 })} %`;

const two = (value: number): string => String(value).padStart(2, "0");

/** A duration in milliseconds by its two largest units: `54s`, `3m 06s`, `1h 06m`, `2d 4h`. */
export function formatDuration(ms: number | null | undefined): string {
  const word = nonFinite(ms);
  if (word !== undefined) return word;
  const seconds = Math.max(0, Math.round((ms as number) / SECOND));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 60) return t("{0}s", seconds);
  if (minutes < 60) return t("{0}m {1}s", minutes, two(seconds % 60));
  if (hours < 24) return t("{0}h {1}m", hours, two(minutes % 60));
  return t("{0}d {1}h", Math.floor(hours / 24), hours % 24);
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateTime(ms: number, options: Intl.DateTimeFormatOptions): string {
  const key = `${displayLanguage()} ${JSON.stringify(options)}`;
  let format = dateFormats.get(key);
  if (!format) dateFormats.set(key, (format = new Intl.DateTimeFormat(displayLanguage(), options)));
  return format.format(ms);
}

/** When something is expected to end, by the clock: `≈ 14:46`. */
export const formatEnd = (endMs: number): string =>
  `≈ ${dateTime(endMs, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`;

/** A moment with date, time and zone. */
export const formatInstant = (ms: number | null): string =>
  ms === null ? MISSING : dateTime(ms, { dateStyle: "medium", timeStyle: "long" });

const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** How long ago: `54s ago`, `5h ago`, `yesterday`, `3d ago`, then the date. */
export function formatPast(thenMs: number | null, nowMs: number): string {
  if (thenMs === null) return MISSING;
  const age = Math.max(0, nowMs - thenMs);
  if (age < MINUTE) return t("{0}s ago", Math.floor(age / SECOND));
  if (age < HOUR) return t("{0}m ago", Math.floor(age / MINUTE));
  if (age < DAY) return t("{0}h ago", Math.floor(age / HOUR));
  // Days are those of the calendar: what happened last night is yesterday even after 40 hours. Rounding hides clock changes.
  const days = Math.round((startOfDay(nowMs) - startOfDay(thenMs)) / DAY);
  if (days <= 1) return t("yesterday");
  return days < 7 ? t("{0}d ago", days) : dateTime(thenMs, { dateStyle: "medium" });
}

function scaled(bytes: number, base: number, units: string[]): string {
  let unit = 0;
  let value = bytes;
  // 999.95 of a unit would be written 1000.0, so it goes to the next one.
  while (unit < units.length - 1 && Math.abs(value) >= base * 0.99995) {
    value /= base;
    unit++;
  }
  return `${unit === 0 || Math.abs(value) >= 99.95 ? fixed(value, 0) : fixed(value, 1)} ${units[unit]}`;
}

/** Size of a file, decimal units: `19.4 MB`. */
export const formatFileSize = (bytes: number | null | undefined): string =>
  nonFinite(bytes) ?? scaled(bytes as number, 1000, ["B", "kB", "MB", "GB", "TB"]);

/** Size of GPU or main memory: binary units written as drivers write them, `23.6 GB` for 23.6 GiB. */
export const formatMemory = (bytes: number | null | undefined): string =>
  nonFinite(bytes) ?? scaled(bytes as number, 1024, ["B", "kB", "MB", "GB", "TB"]);

/** What a metric with a unit measures, by its name: samples of the machine, and what trainers say of memory and speed. */
export function readingOf(metric: string): "share" | "memory" | "file" | "temperature" | "power" | "rate" | undefined {
  if (/(?:^|\/)peak_memory_(?:allocated|reserved)$/.test(metric)) return "memory";
  if (/(?:samples|tokens)_per_second$/.test(metric)) return "rate";
  if (!metric.startsWith("system/")) return undefined;
  if (/(?:^|[/.])(?:cpu|utilization)$/.test(metric)) return "share";
  if (/(?:^|[/.])memory$/.test(metric)) return "memory";
  if (metric.endsWith("disk.free")) return "file";
  if (metric.endsWith("temperature")) return "temperature";
  return metric.endsWith("power") ? "power" : undefined;
}

/** A metric's value, where it has a unit with it: `94 %`, `6.8 GB`, `66 °C`, `402 W`, `1,580 tokens/s`. */
export function formatReading(value: number | null | undefined, metric: string): string {
  const word = nonFinite(value);
  if (word !== undefined) return word;
  const number = value as number;
  switch (readingOf(metric)) {
    case "share":
      return formatPercent(number / 100);
    case "memory":
      return formatMemory(number);
    case "file":
      return formatFileSize(number);
    case "temperature":
      return `${decimal(number, { maximumFractionDigits: 0 })} °C`;
    case "power":
      return `${decimal(number, { maximumFractionDigits: 0 })} W`;
    case "rate":
      return formatRate(number, metric);
    case undefined:
      return formatMetric(number, metric);
  }
}

/** Rows or tokens a second, three digits: `101 samples/s`, `0.85 samples/s`. */
function formatRate(perSecond: number, metric: string): string {
  const decimals = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : 2;
  const shown = fixed(perSecond, decimals);
  return metric.endsWith("tokens_per_second") ? t("{0} tokens/s", shown) : t("{0} samples/s", shown);
}

/** Speed in iterations a second: `1.58 it/s`; below one, the time of one: `1.6 s/it`. */
export function formatSpeed(perSecond: number | null | undefined, unit = "it"): string {
  const word = nonFinite(perSecond);
  if (word !== undefined) return word;
  const speed = perSecond as number;
  if (speed <= 0) return MISSING;
  const shown = unit === "it" ? t("it") : unit;
  if (speed < 1)
    return t("{0} s/{1}", decimal(1 / speed, { minimumFractionDigits: 1, maximumFractionDigits: 1 }), shown);
  return t("{0} {1}/s", decimal(speed, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }), shown);
}

/** Difference of a speed to a reference in the unit `formatSpeed` gives it, with its sign: `+0.83`; below one the time of one, `−0.4`. */
export function formatSpeedDelta(perSecond: number, reference: number): string {
  if (!(perSecond > 0) || !(reference > 0) || !Number.isFinite(perSecond - reference)) return MISSING;
  const isTime = perSecond < 1;
  const delta = isTime ? 1 / perSecond - 1 / reference : perSecond - reference;
  // As many decimals as the value itself has.
  const decimals = isTime ? 1 : Math.max(0, 2 - Math.floor(Math.log10(perSecond)));
  return `${delta < 0 ? MINUS : "+"}${fixed(Math.abs(delta), decimals)}`;
}

/** A time of day: `14:40`, with seconds `14:40:26`, with the day `25 Nov 14:40`. */
export const formatClock = (ms: number, { withSeconds = false, withDate = false } = {}): string =>
  dateTime(ms, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(withSeconds ? { second: "2-digit" } : {}),
    ...(withDate ? { day: "numeric", month: "short" } : {}),
  });

/** A duration without units that are zero, for axes: `0`, `30s`, `2m`, `1h`, `1h 30m`, `2d`. */
export function formatDurationShort(ms: number): string {
  if (ms === 0) return "0";
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return t("{0}s", seconds);
  if (seconds % 60 !== 0 && seconds < 3600) return formatDuration(ms);
  if (seconds < 3600) return t("{0}m", seconds / 60);
  if (seconds % 86_400 === 0) return t("{0}d", seconds / 86_400);
  return seconds % 3600 === 0 ? t("{0}h", seconds / 3600) : formatDuration(ms);
}
