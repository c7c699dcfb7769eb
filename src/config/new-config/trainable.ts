export type Framework = "tfjs" | "torch";

/**
 * Kinds of Hugging Face model (`model_type`) that the embedded trainer knows, beside the built-in ones and what was trained
 * from them.
 */
export const EMBEDDED_TYPES: readonly string[] = [
  "bert",
  "distilbert",
  "electra",
  "roberta",
  "camembert",
  "xlm-roberta",
];
