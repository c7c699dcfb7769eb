import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../../../../../src/base/errors.ts";
import { createRandom } from "../../../../../src/base/random.ts";
import { loadBackend } from "../../../../../src/trainers/tfjs/backends/load.ts";
import { columnSums, flipped, matrixProduct } from "../../../../../src/trainers/tfjs/ops/matrix-product.ts";
import * as tf from "../../../../../src/trainers/tfjs/ops/tf.ts";

beforeAll(() => loadBackend("wasm"));
let before = 0;
afterEach(() => expect(tf.memory().numTensors, "tensors left over").toBe(before));

const random = createRandom(11);
const values = (size: number): number[] => Array.from({ length: size }, () => random.gaussian());

/** Product of two row-major matrices in float64. */
function product(a: number[], b: number[], rows: number, inner: number, columns: number): number[] {
  return Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let i = 0; i < inner; i++) sum += a[row * inner + i]! * b[i * columns + column]!;
    return sum;
  });
}

function expectClose(actual: ArrayLike<number>, expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, at) => expect(Math.abs(actual[at]! - value)).toBeLessThan(1e-4));
}

describe("products of stacks of matrices on wasm", () => {
  test.each([
    [[2, 3], 5, 7, 3],
    [[6], 4, 4, 4],
    [[1, 1], 3, 2, 5],
    [[2, 1, 2], 1, 33, 1],
  ])("stack %j of %i×%i by ×%i", (stack, rows, inner, columns) => {
    before = tf.memory().numTensors;
    const count = stack.reduce((all, size) => all * size, 1);
    const [a, b] = [values(count * rows * inner), values(count * inner * columns)];
    const expected = Array.from({ length: count }, (_, n) =>
      product(
        a.slice(n * rows * inner, (n + 1) * rows * inner),
        b.slice(n * inner * columns, (n + 1) * inner * columns),
        rows,
        inner,
        columns,
      ),
    ).flat();
    tf.tidy(() => {
      const left = tf.tensor(a, [...stack, rows, inner]);
      const right = tf.tensor(b, [...stack, inner, columns]);
      const result = matrixProduct(left, right);
      expect(result.shape).toEqual([...stack, rows, columns]);
      expectClose(result.dataSync(), expected);
      // The backend's own kernel serves what is transposed.
      expectClose(tf.matMul(flipped(left), flipped(right), true, true).dataSync(), expected);
    });
  });

  test("a stack against one matrix is left to the backend's own kernel", () => {
    before = tf.memory().numTensors;
    const [a, b] = [values(2 * 2 * 3), values(3 * 2)];
    const expected = [product(a.slice(0, 6), b, 2, 3, 2), product(a.slice(6), b, 2, 3, 2)].flat();
    tf.tidy(() => expectClose(tf.matMul(tf.tensor3d(a, [2, 2, 3]), tf.tensor3d(b, [1, 3, 2])).dataSync(), expected));
  });
});

test("column sums", () => {
  before = tf.memory().numTensors;
  tf.tidy(() => expectClose(columnSums(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])).dataSync(), [9, 12]));
});

test("a clone shares memory and outlives what it is a clone of", () => {
  before = tf.memory().numTensors;
  const x = tf.tensor1d([1, 2, 3]);
  const clone = tf.clone(x);
  x.dispose();
  const overwriting = tf.tensor1d([7, 8, 9]); // would get the memory if it had been freed
  expect(Array.from(clone.dataSync())).toEqual([1, 2, 3]);
  tf.dispose([clone, overwriting]);
});

test("an allocation that cannot be had is an error and not a wrong result", () => {
  before = tf.memory().numTensors;
  const half = 2 ** 29; // of float32 numbers: 2 GB
  const tensors: tf.Tensor[] = [];
  const fill = (): void => {
    for (let n = 0; n < 3; n++) tensors.push(tf.engine().makeTensorFromTensorInfo(allocated(half)));
  };
  expect(fill).toThrow(UserError);
  tf.dispose(tensors);
});

/** Memory of the backend without values in it. */
function allocated(size: number): tf.TensorInfo {
  const backend = tf.backend() as unknown as { makeOutput(shape: number[], dtype: "float32"): tf.TensorInfo };
  return backend.makeOutput([size], "float32");
}
