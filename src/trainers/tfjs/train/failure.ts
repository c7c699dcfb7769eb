import { sentenceOf, UserError } from "../../../base/errors.ts";
import { formatHyperparameter } from "../../../base/format.ts";

/** A loss or gradient that is no finite number: from here on nothing can be learned. */
export function notFinite(
  step: number,
  rate: number,
  { loss, gradNorm }: { loss: number; gradNorm: number },
): UserError {
  const [what, value] = Number.isFinite(loss) ? ["gradient norm", gradNorm] : ["loss", loss];
  return new UserError(
    "nan-loss",
    `The ${what} became ${value} at step ${step} with learning rate ${formatHyperparameter(rate)}.`,
    {
      advice:
        "Lower train.learning_rate, or warm up longer (train.warmup); then start again or fork an earlier checkpoint.",
    },
  );
}

/** How the JavaScript engine, WebAssembly and TensorFlow say that memory ran out. */
const MEMORY =
  /allocation failed|out of memory|OOM|Cannot enlarge memory|memory access out of bounds|Invalid (?:typed )?array (?:buffer )?length|could not allocate/i;

/** What a size of batch a failure belongs to. */
export interface MemoryContext {
  batchSize: number;
  maxLength: number;
}

/**
 * Any error as one that a person can act on. Out of memory gets advice for this run's sizes; what nobody foresaw is
 * said in one sentence that points to the log with its details.
 */
export function asUserError(error: unknown, context?: MemoryContext): UserError {
  if (error instanceof UserError) return error;
  if (isMemoryError(error)) {
    const sizes = context ? ` with batches of ${context.batchSize} rows of up to ${context.maxLength} tokens` : "";
    return new UserError("out-of-memory", `The trainer ran out of memory${sizes}.`, {
      advice:
        "Halve train.per_device_train_batch_size and double train.gradient_accumulation_steps, or lower data.max_length.",
      cause: error,
    });
  }
  return new UserError("trainer-defect", `The trainer failed unexpectedly: ${oneLine(sentenceOf(error))}`, {
    advice: "The details stand at the end of output.log; this is a defect worth reporting.",
    cause: error,
  });
}

export const isMemoryError = (error: unknown): boolean =>
  error instanceof Error && MEMORY.test(`${error.name}: ${error.message}`);

const oneLine = (text: string): string => text.split("\n", 1)[0]!.replace(/[.\s]*$/, ".");
