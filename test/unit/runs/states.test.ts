import { describe, expect, test } from "vitest";
import { RUN_STATES } from "../../../src/journal/events.ts";
import { isTerminal, TERMINAL_STATES } from "../../../src/runs/model.ts";
import { canChange, STATES } from "../../../src/runs/states.ts";

describe("the table of states", () => {
  test("has every state, each with a meaning, and none that changes to itself", () => {
    expect(Object.keys(STATES).sort()).toEqual([...RUN_STATES].sort());
    for (const state of RUN_STATES) {
      expect(STATES[state].meaning).not.toBe("");
      expect(canChange(state, state)).toBe(false);
    }
  });

  test("ends are left only by a resume", () => {
    for (const state of TERMINAL_STATES) expect(STATES[state].next).toEqual(["preparing"]);
  });

  test("every state but the ends can end, and every state is reached from a new run", () => {
    const reached = new Set(RUN_STATES.filter((state) => canChange(undefined, state)));
    for (const state of reached) for (const next of STATES[state].next) reached.add(next);
    expect([...reached].sort()).toEqual([...RUN_STATES].sort());
    for (const state of RUN_STATES) if (!isTerminal(state)) expect(STATES[state].next.some(isTerminal)).toBe(true);
  });

  test("a stop that was asked for is not taken back", () => {
    expect(canChange("stopping", "running")).toBe(false);
    expect(canChange("running", "stopping")).toBe(true);
    expect(canChange("stalled", "running")).toBe(true);
  });
});
