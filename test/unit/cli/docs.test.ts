import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../../src/cli/commands.ts";
import { root } from "../../support/imports.ts";

const docs = readFileSync(join(root, "docs/cli.md"), "utf8");
const rowOf = (name: string): string => docs.split("\n").find((line) => line.startsWith(`| \`${name}`)) ?? "";

test.each(commands().map((command) => [command.name, command]))(
  "docs/cli.md knows %s with its arguments and options",
  (name, command) => {
    const row = rowOf([name, ...(command.arguments ?? []).map(([syntax]) => syntax)].join(" "));
    expect(row).not.toBe("");
    for (const [flags] of command.options ?? []) expect(row).toContain(/--[\w-]+/.exec(flags)?.[0]);
  },
);

test("docs/cli.md lists no command that is not there", () => {
  const table = docs.slice(docs.indexOf("## Commands"), docs.indexOf("A **run**"));
  const listed = [...table.matchAll(/^\| `([\w-]+)/gm)].map(([, name]) => name);
  expect(listed).toEqual(commands().map(({ name }) => name));
});
