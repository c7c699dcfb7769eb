import { describe, expect, test } from "vitest";
import { ALL_CHECKS } from "../../../src/config/checks/index.ts";
import type { Diagnostic } from "../../../src/config/diagnostic.ts";
import { applyTextEdits, textEdits } from "../../../src/config/edit/text-edits.ts";
import { parseConfig } from "../../../src/config/parse.ts";
import { checkAnyFile, checkAnyText } from "../../../src/config/check-any.ts";
import { readConfigFile } from "../../../src/config/validate.ts";
import { expectedOf, fixtureCases, openCase, sourceOf, rowText, type Expected } from "../../support/config-fixtures.ts";

const cases = fixtureCases();
const told = ({ severity, line, column, endLine, endColumn }: Diagnostic): string =>
  line === null ? `- ${severity}` : `${line}:${column}-${endLine}:${endColumn} ${severity}`;

describe.each(cases.map((one) => [`${one.id}/${one.name}`, one] as const))("%s", (_name, one) => {
  test("finds what it says, and every fix mends its finding", async () => {
    const workspace = openCase(one);
    const { file, env, tiers } = workspace;
    try {
      const source = readConfigFile(file);
      const expected = expectedOf(source, one.id);
      const { report } = await checkAnyFile(file, { env, tiers });
      const own = report.diagnostics.filter(({ id }) => id === one.id);
      expect(own.map(told), own.map(({ message }) => message).join("\n")).toEqual(expected.found);
      const reasons = report.skipped.filter(({ id }) => id === one.id).map(({ reason }) => reason);
      if (!expected.isSkipped && expected.found.length === 0) expect(reasons, "why it was not checked").toEqual([]);
      if (expected.isSkipped) expect(reasons).not.toEqual([]);
      for (const diagnostic of own) {
        for (const fix of diagnostic.fixes) {
          const parsed = parseConfig(source, file);
          const edits = textEdits(parsed, fix.edits);
          expect(edits, `"${fix.title}" can be done`).toBeDefined();
          const mended = await checkAnyText(applyTextEdits(parsed.source, edits!), file, { env, tiers });
          const left = mended.report.diagnostics.filter((other) => other.id === one.id && other.key === diagnostic.key);
          const before = own.filter((other) => other.key === diagnostic.key);
          expect(left.length, `"${fix.title}" leaves\n${mended.source}`).toBeLessThan(before.length);
          if (!report.diagnostics.some(({ id }) => id === "C00")) {
            expect(
              mended.report.diagnostics.filter(({ id }) => id === "C00"),
              mended.source,
            ).toEqual([]);
          }
        }
      }
    } finally {
      workspace.remove();
    }
  });
});

describe("every check has files", () => {
  const expectations = (id: string): Expected[] =>
    cases.filter((one) => one.id === id).map((one) => expectedOf(sourceOf(one), id));

  test.each([...new Set(ALL_CHECKS.map(({ id }) => id))])(
    "%s: one that triggers it and one that just does not",
    (id) => {
      const all = expectations(id);
      expect(
        all.some(({ found }) => found.length > 0),
        "one that triggers it",
      ).toBe(true);
      expect(
        all.some(({ found, isSkipped }) => found.length === 0 && !isSkipped),
        "one that does not",
      ).toBe(true);
    },
  );
});

test("rows are made from a template", () => {
  expect(
    rowText('{"n": {i}, "odd": "{i%2?yes:no}", "class": "c{i%3}", "few": {i<2?true:false}, "long": "{ab *3}"}', 4),
  ).toBe('{"n": 4, "odd": "no", "class": "c1", "few": false, "long": "ab ab ab "}');
});
