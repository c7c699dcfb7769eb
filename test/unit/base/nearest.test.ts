import { expect, test } from "vitest";
import { allNear, nearest } from "../../../src/base/nearest.ts";

test("the nearest comes first; of equally near ones that whose letters were swapped", () => {
  expect(nearest("epohcs", ["epoch", "epochs"])).toBe("epochs");
  expect(nearest("sapm", ["ham", "spam"])).toBe("spam");
  expect(allNear("Label", ["labels", "labels_", "level"])).toEqual(["labels", "labels_", "level"]);
});

test("what is far is not meant, and of short names little is far", () => {
  expect(nearest("learning_rate", ["weight_decay"])).toBeUndefined();
  expect(nearest("r", ["b"])).toBeUndefined();
  expect(nearest("bug", ["big", "tag"])).toBe("big");
  expect(nearest("nope", ["name", "type"])).toBeUndefined();
});
