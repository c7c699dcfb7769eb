import { expect, test } from "vitest";
import { inSteps, type StepResult } from "../../../src/editor/quick/in-steps.ts";

/** The order in which steps are asked, given what each comes to the first, second… time. */
async function asked(results: (StepResult<number> | "skip")[][]): Promise<[order: number[], done: boolean]> {
  const order: number[] = [];
  const steps = results.map((answers, at) => () => {
    order.push(at);
    return Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]);
  });
  const done = await inSteps(steps);
  return [order, done];
}

const on = { value: 1 };

test("steps follow each other, Back goes to the one before, and leaving ends them", async () => {
  expect(await asked([[on], [on], [on]])).toEqual([[0, 1, 2], true]);
  expect(await asked([[on], ["back", on], [on]])).toEqual([[0, 1, 0, 1, 2], true]);
  expect(await asked([["back", on], [on]])).toEqual([[0, 0, 1], true]);
  expect(await asked([[on], [undefined], [on]])).toEqual([[0, 1], false]);
});

test("a step that is not needed is passed in either direction", async () => {
  expect(await asked([[on], ["skip"], ["back", on], [on]])).toEqual([[0, 1, 2, 1, 0, 1, 2, 3], true]);
  expect(await asked([[on], ["skip"], ["skip"]])).toEqual([[0, 1, 2], true]);
});
