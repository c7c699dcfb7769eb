import { softmaxInPlace } from "../eval/softmax.ts";
import { minimize } from "./minimize.ts";
import { buildVocabulary, countWords, type WordCounts } from "./word-counts.ts";

/** Multiply-adds the fit may take; half a second of plain JavaScript. */
const WORK = 2e8;
const MAX_ITERATIONS = 100;
const MIN_ITERATIONS = 20;
/** Letters of training text read at most, and weights at most: bounds for time and memory where data is large. */
const MAX_LETTERS = 4e6;
const MAX_WEIGHTS = 4e5;
/** Letters a counted word takes on average, roughly. */
const WORD_LENGTH = 6;

/**
 * Class probabilities that a multinomial logistic regression on word counts, trained on `texts`, gives to `evalTexts`:
 * scikit-learn's `CountVectorizer` + `LogisticRegression` with their defaults (L2 penalty with C = 1, intercepts free).
 * Deterministic. On large data it trains on every n-th row, the most frequent words and fewer iterations.
 * @returns row-major `[evalTexts, classes]`
 */
export function bagOfWords(
  texts: readonly string[],
  labels: readonly number[],
  classes: number,
  evalTexts: readonly string[],
): Float64Array {
  const letters = texts.reduce((sum, text) => sum + text.length, 0);
  const affordable = Math.min(MAX_LETTERS, (WORK * WORD_LENGTH) / (2 * classes * MIN_ITERATIONS));
  const stride = Math.max(1, Math.ceil(letters / affordable));
  const chosen = texts.filter((_, row) => row % stride === 0);
  const vocabulary = buildVocabulary(chosen, Math.floor(MAX_WEIGHTS / classes));
  const train = countWords(chosen, vocabulary);
  const perIteration = Math.max(1, 2 * train.columns.length * classes);
  const iterations = Math.max(MIN_ITERATIONS, Math.min(MAX_ITERATIONS, Math.floor(WORK / perIteration)));
  const trainLabels = labels.filter((_, row) => row % stride === 0);
  const weights = fit(train, trainLabels, classes, vocabulary.size, iterations);
  const rows = countWords(evalTexts, vocabulary);
  const probabilities = new Float64Array(evalTexts.length * classes);
  for (let row = 0; row < rows.rows; row++) {
    softmaxInPlace(scoreRow(rows, row, weights, probabilities.subarray(row * classes, (row + 1) * classes)));
  }
  return probabilities;
}

/**
 * Weights `[words + 1, classes]`, the last row being the intercepts. With two classes the penalty counts twice: scikit-learn
 * then fits one weight vector w, which here stands as −w/2 and w/2 with half its squared length.
 */
function fit(
  data: WordCounts,
  labels: readonly number[],
  classes: number,
  words: number,
  iterations: number,
): Float64Array {
  const size = (words + 1) * classes;
  const scores = new Float64Array(classes);
  const penalty = classes === 2 ? 2 : 1;
  return minimize(
    (weights, gradient) => {
      let loss = 0;
      for (let i = 0; i < size; i++) {
        const penalised = i < words * classes ? weights[i]! : 0;
        gradient[i] = penalty * penalised;
        loss += 0.5 * penalty * penalised * penalised;
      }
      for (let row = 0; row < data.rows; row++) {
        softmaxInPlace(scoreRow(data, row, weights, scores));
        const label = labels[row]!;
        loss -= Math.log(Math.max(scores[label]!, Number.MIN_VALUE));
        scores[label]! -= 1;
        addRow(data, row, scores, gradient);
      }
      return loss;
    },
    size,
    iterations,
  );
}

function scoreRow(data: WordCounts, row: number, weights: Float64Array, scores: Float64Array): Float64Array {
  const classes = scores.length;
  const intercepts = weights.length - classes;
  for (let c = 0; c < classes; c++) scores[c] = weights[intercepts + c]!;
  for (let at = data.starts[row]!; at < data.starts[row + 1]!; at++) {
    const base = data.columns[at]! * classes;
    for (let c = 0; c < classes; c++) scores[c]! += data.counts[at]! * weights[base + c]!;
  }
  return scores;
}

function addRow(data: WordCounts, row: number, errors: Float64Array, gradient: Float64Array): void {
  const classes = errors.length;
  const intercepts = gradient.length - classes;
  for (let c = 0; c < classes; c++) gradient[intercepts + c]! += errors[c]!;
  for (let at = data.starts[row]!; at < data.starts[row + 1]!; at++) {
    const base = data.columns[at]! * classes;
    for (let c = 0; c < classes; c++) gradient[base + c]! += data.counts[at]! * errors[c]!;
  }
}
