import { describe, expect, test } from "vitest";
import { UserError } from "../../../../../src/base/errors.ts";
import { asUserError, notFinite } from "../../../../../src/trainers/tfjs/train/failure.ts";

const sizes = { batchSize: 32, maxLength: 512 };

describe("out of memory", () => {
  test("as V8 says it", () => {
    let thrown: unknown;
    try {
      new ArrayBuffer(2 ** 53 - 1);
    } catch (error) {
      thrown = error;
    }
    expect(asUserError(thrown, sizes).sentence).toBe(
      "The trainer ran out of memory with batches of 32 rows of up to 512 tokens. Halve train.per_device_train_batch_size and double train.gradient_accumulation_steps, or lower data.max_length.",
    );
  });

  test.each([
    "Aborted(Cannot enlarge memory arrays to size 2147483648 bytes (OOM))",
    "memory access out of bounds",
    "Invalid typed array length: 9007199254740991",
    "OOM when allocating tensor with shape[512,512,30522]",
  ])("as WebAssembly and TensorFlow say it: %s", (message) => {
    expect(asUserError(new Error(message), sizes).code).toBe("out-of-memory");
  });
});

test("what nobody foresaw is one line that points to the log", () => {
  const failure = asUserError(new TypeError("x is not a function\n    at somewhere (file.ts:1:1)"));
  expect(failure.code).toBe("trainer-defect");
  expect(failure.sentence).toMatch(/^The trainer failed unexpectedly: x is not a function\. The details stand/);
  expect(failure.sentence).not.toContain("\n");
});

test("a sentence that is one already stays as it is", () => {
  const original = new UserError("data-column-missing", "No such column.");
  expect(asUserError(original, sizes)).toBe(original);
});

test("a gradient that is not finite is told as such", () => {
  const { sentence } = notFinite(7, 0.05, { loss: 2, gradNorm: Number.POSITIVE_INFINITY });
  expect(sentence).toMatch(
    /^The gradient norm became Infinity at step 7 with learning rate 0\.05\. Lower train\.learning_rate/,
  );
});
