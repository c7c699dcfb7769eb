/** Longest wavelength of the signal, in units of 2π. */
const MAX_TIMESCALE = 10_000;

/**
 * The sinusoidal positions of Tensor2Tensor, row-major `[length, width]`: sines of `position / timescale` in the first half
 * of each row, cosines in the second, timescales in a geometric series from 1 to 10,000.
 */
export function timingSignal(length: number, width: number): Float32Array {
  const half = width / 2;
  const signal = new Float32Array(length * width);
  for (let position = 0; position < length; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * MAX_TIMESCALE ** (-i / (half - 1));
      signal[position * width + i] = Math.sin(angle);
      signal[position * width + half + i] = Math.cos(angle);
    }
  }
  return signal;
}
