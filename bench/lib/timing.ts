/** Milliseconds that `work` takes, `rounds` times over, after `warmUps` that do not count. */
export async function timed(rounds: number, work: () => Promise<unknown>, warmUps = 0): Promise<number[]> {
  const samples: number[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    const startMs = performance.now();
    await work();
    if (round >= 0) samples.push(performance.now() - startMs);
  }
  return samples;
}
