import { fromJsonNumber, jsonReplacer } from "../base/numbers.ts";
import type { AnyEvent, MetricsEvent } from "./events.ts";
import { fitShape } from "./shape.ts";

/** One event as a line of a journal, without the newline. NaN and ±Infinity become strings at any depth. */
export function encodeEvent(event: AnyEvent): string {
  return JSON.stringify(event, jsonReplacer);
}

/** A decoded line: `damaged` says that (a part of) it could not be read. */
export interface DecodedLine {
  events: AnyEvent[];
  damaged: boolean;
}

/**
 * Reads one line of a journal, whoever wrote it; never throws.
 *
 * Lenient where another program may differ: bare `NaN` and `Infinity` (as Python's `json` writes them), the flat form
 * `{"t":"metric","step":10,"loss":0.4}` (becomes a `metrics` event), absent optional fields, an absent `timeMs` (becomes
 * 0 = time unknown, so that reading the same bytes twice gives the same events). Kinds unknown here are passed through.
 *
 * @returns undefined when it is damaged; see `salvage` for what may still be in it.
 */
export function decodeLine(line: string): AnyEvent | undefined {
  const parsed = parse(line);
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const event = parsed as Record<string, unknown>;
  if (typeof event["timeMs"] !== "number") event["timeMs"] = 0;
  switch (event["t"]) {
    case "metrics":
      if (isPlainMetrics(event)) return event;
      break;
    case "metric":
      return fromFlatMetric(event);
    default:
      if (typeof event["t"] !== "string") return undefined;
  }
  return fitShape(event) ? (event as unknown as AnyEvent) : undefined;
}

/** Decodes a line; of a damaged one, the whole events that stand in it (a torn line joined with the one after it). */
export function decodeOrSalvage(line: string): DecodedLine {
  const event = decodeLine(line);
  return event ? { events: [event], damaged: false } : { events: salvage(line), damaged: true };
}

/** How many places of a damaged line are tried as the start of a whole event. */
const SALVAGE_TRIES = 64;

/**
 * The whole events in a line that is none. A writer that died in mid-line leaves `{"t":"met{"t":"metrics",…}`; a damaged
 * newline leaves two events side by side. Quotes inside JSON strings are escaped, so `{"` can only start an object; an
 * inner object is no candidate, because the braces after it do not parse.
 */
function salvage(line: string): AnyEvent[] {
  let end = line.length;
  const found: AnyEvent[] = [];
  let at = end;
  for (let tries = 0; tries < SALVAGE_TRIES && at > 0; tries++) {
    at = line.lastIndexOf('{"', at - 1);
    if (at < 0) break;
    const event = decodeLine(line.slice(at, end));
    if (!event) continue;
    found.push(event);
    end = line.lastIndexOf("}", at) + 1;
  }
  return found.reverse();
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line.includes("NaN") || line.includes("Infinity") ? parseBareWords(line) : undefined;
  }
}

/** A JSON string (left as it is), or one of Python's words for what JSON has no number for. */
const STRING_OR_WORD = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;

function parseBareWords(line: string): unknown {
  try {
    return JSON.parse(line.replace(STRING_OR_WORD, (match) => (match.startsWith('"') ? match : `"${match}"`)));
  } catch {
    return undefined;
  }
}

/** The hot path: a metrics event whose values are all plain numbers needs no copy. */
function isPlainMetrics(event: object): event is MetricsEvent {
  const { step, values } = event as { step: unknown; values: unknown };
  if (!Number.isSafeInteger(step) || typeof values !== "object" || values === null || Array.isArray(values))
    return false;
  for (const name in values) if (typeof (values as Record<string, unknown>)[name] !== "number") return false;
  return true;
}

const FLAT_KEYS = new Set(["t", "timeMs", "step"]);

/** `{"t":"metric","step":10,"loss":0.4}`: every other top-level number is a metric. */
function fromFlatMetric({ timeMs, step, ...rest }: Record<string, unknown>): MetricsEvent | undefined {
  if (!Number.isSafeInteger(step)) return undefined;
  const values: [string, number][] = [];
  for (const [name, raw] of Object.entries(rest)) {
    const value = FLAT_KEYS.has(name) ? undefined : fromJsonNumber(raw);
    if (value !== undefined) values.push([name, value]);
  }
  if (values.length === 0) return undefined;
  return { t: "metrics", timeMs: timeMs as number, step: step as number, values: Object.fromEntries(values) };
}
