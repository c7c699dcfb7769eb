import { describe, expect, test } from "vitest";
import { plainText, updatesOf, withColours } from "../../../../src/views/log/terminal-text.ts";

describe("terminal text", () => {
  test("keeps colours and drops what moves the cursor, titles and links", () => {
    const text =
      "\u001b]8;;https://example.org\u0007\u001b[1A\u001b[2K\u001b[31mred\u001b[0m\u001b]0;title\u001b\\\u0007!";
    expect(withColours(text)).toBe("\u001b[31mred\u001b[0m!");
  });

  test("plain text has no sequence left, and keeps tabs", () => {
    expect(plainText("\u001b[1;38;2;255;0;0mloss\u001b[m\t0.5\u0000")).toBe("loss\t0.5");
  });

  test("a sequence cut off at the end leaves nothing behind", () => {
    expect(plainText("half \u001b[3")).not.toContain("\u001b");
  });

  test.each([
    ["plain", ["plain"]],
    ["\r 10%|█\r 20%|██\r 30%|███", [" 10%|█", " 20%|██", " 30%|███"]],
    ["1/3\b\b\b2/3\r", ["1/3", "2/3"]],
    ["\r\u001b[K\r", [""]],
  ])("what a line drawn over itself said: %j", (line, updates) => {
    expect(updatesOf(line)).toEqual(updates);
  });
});
