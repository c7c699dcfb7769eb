import { expect, test } from "vitest";
import { openTerminal, printable, textWidth, truncate } from "../../../src/cli/terminal.ts";

const stream = (isTTY: boolean): NodeJS.WriteStream => ({ isTTY, columns: 100 }) as NodeJS.WriteStream;

test.each([
  ["a terminal", true, {}, true],
  ["a pipe", false, {}, false],
  ["a terminal with NO_COLOR", true, { NO_COLOR: "1" }, false],
  ["a dumb terminal", true, { TERM: "dumb" }, false],
  ["a pipe in CI", false, { CI: "1", FORCE_COLOR: "1" }, false],
])("%s: colours %s", (_name, isTTY, env, coloured) => {
  expect(openTerminal(stream(isTTY), env).colours.red("x") !== "x").toBe(coloured);
});

test("texts are cut at the width they take", () => {
  expect(truncate("finetune", 8)).toBe("finetune");
  expect(truncate("finetune", 5)).toBe("fine…");
  expect(truncate("微调模型", 6)).toBe("微调…");
  expect(textWidth("e\u0301")).toBe(1);
});

test("what others wrote cannot steer the terminal", () => {
  expect(printable("a\u001B[2Jb\u001B]0;title\u0007c\rd")).toBe("abc\uFFFDd");
});
