/** What a step of a multi-step input came to: a value, the step before, or nothing more. */
export type StepResult<T> = { value: T } | "back" | undefined;

/**
 * Steps in a row; Back goes to the one before. A step that is not needed resolves to `skip`, and is passed in either
 * direction. Resolves to false when the person left.
 */
export async function inSteps(steps: readonly (() => Promise<StepResult<unknown> | "skip">)[]): Promise<boolean> {
  let direction = 1;
  for (let at = 0; at < steps.length;) {
    const result = await steps[at]!();
    if (result === undefined) return false;
    if (result !== "skip") direction = result === "back" ? -1 : 1;
    at = Math.max(0, at + direction);
  }
  return true;
}
