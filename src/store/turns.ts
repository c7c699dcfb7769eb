/** Lets callers take turns: each `take` runs after the ones before it have ended, whether they succeeded or not. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #taken = 0;

  /** How many turns have been asked for: as long as it stays, nobody stands behind the last of them. */
  get taken(): number {
    return this.#taken;
  }

  take<T>(work: () => Promise<T>): Promise<T> {
    this.#taken++;
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
