import { formatCount, formatReading } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { fromJsonNumber, type JsonNumber } from "../../base/numbers.ts";
import type { UseProgress } from "./process.ts";
import type { Prediction } from "./use.ts";

/** Classes that are told, the likeliest first. */
const SHOWN_CLASSES = 4;

/** `Evaluating: 128 of 2,702`, or `Loading PyTorch…` where nothing is counted. */
export function progressText({ phase, done, total }: UseProgress): string {
  const what = PHASES()[phase] ?? phase;
  return total === 0 ? `${what}…` : t("{0}: {1} of {2}", what, formatCount(done), formatCount(total));
}

/** What the program says it does, in the person's language. */
const PHASES = (): Record<string, string> => ({
  "loading PyTorch": t("Loading PyTorch"),
  "loading the model": t("Loading the model"),
  "reading the data": t("Reading the data"),
  evaluating: t("Evaluating"),
  predicting: t("Predicting"),
});

/** What a text got: its class with the likeliest ones' probabilities, its entities, what was written, or its similarity. */
export function answerText({ label, probabilities = {}, entities, generated, similarity }: Prediction): string {
  if (label !== undefined) {
    const shares = Object.entries(probabilities).toSorted(
      ([, a], [, b]) => (fromJsonNumber(b) ?? 0) - (fromJsonNumber(a) ?? 0),
    );
    const shown = shares.slice(0, SHOWN_CLASSES).map(([name, share]) => `${name} ${figure(share, "probability")}`);
    return `${label}  (${shown.join(", ")})`;
  }
  if (entities) return entities.map(({ type, text }) => `${type}: ${text}`).join(", ") || t("no entities");
  return generated ?? figure(similarity, "similarity");
}

const figure = (value: JsonNumber | undefined, name: string): string => formatReading(fromJsonNumber(value), name);
