/** Square blocks that fit the first-level cache; going column by column over a big matrix would miss it at every element. */
const BLOCK = 32;

/** The transposed copy of a row-major `[rows, columns]` matrix. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let top = 0; top < rows; top += BLOCK) {
    const bottom = Math.min(top + BLOCK, rows);
    for (let left = 0; left < columns; left += BLOCK) {
      const right = Math.min(left + BLOCK, columns);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) result[column * rows + row] = matrix[row * columns + column]!;
      }
    }
  }
  return result;
}
