/**
 * Hashes of a text in two unsigned 32-bit words each (the mixing of cyrb53, public domain): no protection against somebody who
 * wants two texts to look alike, but good enough that in ten million texts a false pair is not to be expected.
 */
export class TextHash {
  /** Of the last text as it is. */
  exact1 = 0;
  exact2 = 0;
  /** Of the last text without regard to case, with every run of blanks as one and none at the ends. */
  normal1 = 0;
  normal2 = 0;

  of(text: string): void {
    let exactA = SEED_A;
    let exactB = SEED_B;
    let normalA = SEED_A;
    let normalB = SEED_B;
    let isBlank = false;
    let isFirst = true;
    let isPlain = true;
    for (let at = 0; at < text.length; at++) {
      let unit = text.charCodeAt(at);
      exactA = Math.imul(exactA ^ unit, FACTOR_A);
      exactB = Math.imul(exactB ^ unit, FACTOR_B);
      if (unit <= 32 || unit === NO_BREAK_SPACE || unit === IDEOGRAPHIC_SPACE) {
        isBlank = true;
        continue;
      }
      if (unit >= 128) isPlain = false;
      else if (unit >= CAPITAL_A && unit <= CAPITAL_Z) unit += 32;
      if (isBlank && !isFirst) {
        normalA = Math.imul(normalA ^ 32, FACTOR_A);
        normalB = Math.imul(normalB ^ 32, FACTOR_B);
      }
      isBlank = isFirst = false;
      normalA = Math.imul(normalA ^ unit, FACTOR_A);
      normalB = Math.imul(normalB ^ unit, FACTOR_B);
    }
    // The case of letters beyond ASCII is not a matter of adding a number.
    const lower = isPlain ? text : text.toLowerCase();
    if (lower === text) {
      this.normal1 = mixed(normalA, normalB);
      this.normal2 = mixed(normalB, this.normal1);
    } else {
      this.of(lower);
    }
    this.exact1 = mixed(exactA, exactB);
    this.exact2 = mixed(exactB, this.exact1);
  }
}

const SEED_A = 0xdeadbeef | 0;
const SEED_B = 0x41c6ce57;
const FACTOR_A = 2654435761 | 0;
const FACTOR_B = 1597334677;
const NO_BREAK_SPACE = 0xa0;
const IDEOGRAPHIC_SPACE = 0x3000;
const CAPITAL_A = 65;
const CAPITAL_Z = 90;

const mixed = (a: number, b: number): number =>
  (Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)) >>> 0;

/** Two words as one number that is exact in a double (53 bits). */
export const joined = (first: number, second: number): number => first * 2 ** 21 + (second >>> 11);
