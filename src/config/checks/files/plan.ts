import { planOf, type StepPlan } from "../../arithmetic.ts";
import type { DataFacts } from "../../facts/facts.ts";
import type { ResolvedConfig } from "../../types.ts";

/** Characters that make a token, where no tokenizer counts them: usual for English text and common subword tokenizers. */
export const CHARACTERS_PER_TOKEN = 4;

/** The steps of a run on this data, and the rows they go over. */
export interface DataPlan extends StepPlan {
  rows: number;
}

/** The plan of a config for its data. Packed rows are reckoned from the length of the texts. */
export function planFor(config: ResolvedConfig, data: DataFacts): DataPlan {
  const rows = isPacked(config) ? Math.max(1, packedRows(config, data)) : data.rows.train;
  return { rows, ...planOf(config, rows) };
}

/** Whether several texts are joined to one row. */
export const isPacked = ({ task, data }: ResolvedConfig): boolean => task === "causal-lm" && data.packing;

/** Full rows of `data.max_length` tokens that the training texts give when they are packed. */
export function packedRows({ data: { max_length: length } }: ResolvedConfig, { characters, rows }: DataFacts): number {
  return Math.floor((characters.mean * rows.train) / CHARACTERS_PER_TOKEN / length);
}
