import { expect, test } from "vitest";
import { pairLines, tableLines } from "../../../src/cli/table.ts";

test("columns are aligned by what is seen: colours take no room, wide characters two columns", () => {
  const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;
  const lines = tableLines(
    [{ title: "NAME" }, { title: "LOSS", align: "right" }, { title: "END" }],
    [
      ["tickets", red("0.5"), "x"],
      ["微调", "10.25", ""],
    ],
  );
  expect(lines).toEqual(["NAME      LOSS  END", `tickets  ${" ".repeat(2)}${red("0.5")}  x`, "微调     10.25"]);
});

test("values of pairs stand below each other", () => {
  expect(
    pairLines([
      ["id", "1"],
      ["folder", "/x"],
    ]),
  ).toEqual(["id      1", "folder  /x"]);
});
