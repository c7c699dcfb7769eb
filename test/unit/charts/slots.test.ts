import { expect, test } from "vitest";
import { runLetter, slotStyle, viewSlots } from "../../../webview-ui/shared/slots.ts";

test("runs keep their slots; the later of two that share one borrows a free one", () => {
  expect(viewSlots([2, 5, 2, 2])).toEqual([2, 5, 1, 3]);
  expect(viewSlots([1, 2, 3])).toEqual([1, 2, 3]);
  const many = viewSlots(Array.from({ length: 20 }, () => 4));
  expect(new Set(many.slice(0, 12)).size).toBe(12);
  expect(many.slice(12)).toEqual(Array.from({ length: 8 }, () => 4));
});

test("twelve slots differ in colour or dash, and wrap around", () => {
  const looks = Array.from({ length: 12 }, (_, index) => JSON.stringify(slotStyle(index + 1)));
  expect(new Set(looks).size).toBe(12);
  expect(slotStyle(13)).toEqual(slotStyle(1));
});

test("letters go on behind Z", () => {
  expect([0, 25, 26, 27, 52].map(runLetter)).toEqual(["A", "Z", "AA", "AB", "BA"]);
});
