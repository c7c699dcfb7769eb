import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning, type Finding } from "../../diagnostic.ts";
import type { DataFacts } from "../../facts/facts.ts";
import type { Check } from "../check.ts";
import { countInWords, firstPlace, shareInWords, withData } from "./rows-in-words.ts";

/** Share of duplicates that is told. */
const TOLD = 0.01;

const PATH = ["data", "train"];

/** C20: rows that teach nothing, or the wrong thing. */
export const c20: Check = {
  id: "C20",
  severity: "warning",
  title: "rows that are empty, stand twice, or contradict each other",
  why: "An empty text teaches the model nothing but its label's share. Repeated rows count more than others, and by a split stand in the evaluation data too. The same text with two labels cannot be answered right.",
  run: (context) => withData(context, (data) => [...empty(data), ...repeated(data), ...contradicting(data)]),
};

function empty({ quality: { emptyTexts, emptyAnswers, first } }: DataFacts): Finding[] {
  const findings: Finding[] = [];
  if (emptyTexts > 0) {
    const message =
      emptyTexts === 1
        ? t("One row has an empty text. Fill it in or remove it.")
        : t("{0} rows have an empty text. Fill them in or remove them.", formatCount(emptyTexts));
    findings.push(warning("C20", PATH, message + firstPlace(first.emptyText)));
  }
  if (emptyAnswers > 0) {
    const message =
      emptyAnswers === 1
        ? t("One row has an empty answer. Fill it in or remove it.")
        : t("{0} rows have an empty answer. Fill them in or remove them.", formatCount(emptyAnswers));
    findings.push(warning("C20", PATH, message + firstPlace(first.emptyAnswer)));
  }
  return findings;
}

function repeated({ quality: { duplicates, isEstimate, first }, rows }: DataFacts): Finding[] {
  const share = duplicates / rows.train;
  if (duplicates === 0 || share < TOLD) return [];
  const message = t(
    "Training rows that repeat an earlier one: {0} of {1} ({2}). Remove the repetitions.",
    countInWords(duplicates, isEstimate),
    formatCount(rows.train),
    shareInWords(share),
  );
  return [warning("C20", PATH, message + firstPlace(first.duplicate))];
}

function contradicting({ quality: { conflicts, isEstimate, first } }: DataFacts): Finding[] {
  if (conflicts === 0) return [];
  const message =
    conflicts === 1
      ? t("One text stands in the training data with different labels. Keep the right one.")
      : t(
          "{0} texts stand in the training data with different labels. Keep the right ones.",
          countInWords(conflicts, isEstimate),
        );
  return [warning("C20", PATH, message + firstPlace(first.conflict))];
}
