/** The whole state of a generator: four unsigned 32-bit integers. Goes into checkpoints as it is. */
export type RandomState = [number, number, number, number];

/** A seeded generator; the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, n), n up to 2^32. */
  int(n: number): number;
  /** Standard normal (Box–Muller; takes two uniform numbers, so that no second value has to be kept in the state). */
  gaussian(): number;
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<T>(array: T[]): T[];
  state(): RandomState;
}

/** Rounds that spread a seed over the whole state (as in PractRand's seeding of sfc32). */
const SEED_ROUNDS = 12;

/** A generator for a seed (any safe integer). Different seeds give unrelated sequences. */
export function createRandom(seed: number): Random {
  const random = randomFromState([0, seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 1]);
  for (let round = 0; round < SEED_ROUNDS; round++) random.next();
  return random;
}

/** A generator that goes on where `state()` was taken. The generator is sfc32 (C. Doty-Humphrey, PractRand). */
export function randomFromState(state: RandomState): Random {
  let [a, b, c, counter] = state;

  const bits = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  };
  const next = (): number => bits() / 2 ** 32;
  const int = (n: number): number => Math.floor(next() * n);

  return {
    next,
    int,
    gaussian() {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return radius * Math.cos(2 * Math.PI * next());
    },
    shuffle(array) {
      for (let last = array.length - 1; last > 0; last--) {
        const other = int(last + 1);
        [array[last], array[other]] = [array[other]!, array[last]!];
      }
      return array;
    },
    state: () => [a >>> 0, b >>> 0, c >>> 0, counter >>> 0],
  };
}
