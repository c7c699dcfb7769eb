import { UserError } from "../../../base/errors.ts";
import { countTokens } from "../../../models/count-tokens.ts";
import type { DataFacts, ModelFacts, SampleRow } from "../../facts/facts.ts";
import { isWritten, unchecked, type CheckContext, type Unchecked } from "../check.ts";

/** Tokens of a row of the sample: of what the model reads first, and of all of it. */
export interface RowTokens {
  readonly prompt: number;
  readonly total: number;
}

/** Characters that are tokenised at most (about a second's work); of longer data evenly spread rows are taken. */
const MAX_CHARACTERS = 2_000_000;

const counted = new WeakMap<readonly SampleRow[], { readonly key: string; readonly rows: RowTokens[] }>();

/**
 * Tokens of the sampled rows with the model's own tokenizer, special tokens included, or why they cannot be counted. The chat
 * template's own tokens are not among them, so rows of chat data are a little longer than this.
 */
export async function rowTokens(
  { sample }: DataFacts,
  model: ModelFacts,
  signal: AbortSignal | undefined,
): Promise<RowTokens[] | Unchecked> {
  try {
    return await countRows(sample, model, signal);
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return unchecked(problem.message.replace(/[.。]$/, ""));
  }
}

async function countRows(
  sample: readonly SampleRow[],
  model: ModelFacts,
  signal: AbortSignal | undefined,
): Promise<RowTokens[]> {
  const key = `${model.dir} ${model.type}`;
  const last = counted.get(sample);
  if (last?.key === key) return last.rows;
  const taken = affordable(sample);
  const prompts = await countTokens(
    model,
    taken.map(({ text }) => text),
    signal,
  );
  const answered = taken.filter(({ answer }) => answer !== null);
  const wholes = await countTokens(
    model,
    answered.map(({ text, answer }) => text + answer),
    signal,
  );
  const totals = new Map(answered.map((row, index) => [row, wholes[index]!]));
  const rows = taken.map((row, index) => ({ prompt: prompts[index]!, total: totals.get(row) ?? prompts[index]! }));
  counted.set(sample, { key, rows });
  return rows;
}

function affordable(sample: readonly SampleRow[]): readonly SampleRow[] {
  const characters = sample.reduce((sum, { text, answer }) => sum + 2 * text.length + (answer?.length ?? 0), 0);
  const step = Math.ceil(characters / MAX_CHARACTERS);
  return step <= 1 ? sample : sample.filter((_, index) => index % step === 0);
}

/** Tokens a text may have in a run: the default is clipped to the model's positions, a written length counts as it is. */
export function lengthInForce(context: CheckContext, { positions, hasFlexiblePositions }: ModelFacts): number {
  const { max_length: length } = context.config.data;
  const isClipped = positions !== null && !hasFlexiblePositions && !isWritten(context, "data.max_length");
  return isClipped ? Math.min(length, positions) : length;
}
