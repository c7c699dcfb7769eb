import { describe, expect, test } from "vitest";
import { placeless, warning, error } from "../../../src/config/diagnostic.ts";
import { parseConfig } from "../../../src/config/parse.ts";
import { createSilencer } from "../../../src/config/silence.ts";
import { checkText } from "../../../src/config/validate.ts";

const HEAD = "version: 1\ntask: text-classification\n";
const TAIL = "model: { framework: tfjs, name_or_path: builtin:use-lite }\ndata: { train: t.csv }\n";
const HOT = "train: { learning_rate: 0.5 }";

/** What is found in a text, and what its comments silence. */
async function look(text: string) {
  const { report } = await checkText(text, "/nowhere/finetune.yaml", { tiers: ["text"], env: {} });
  return {
    found: report.diagnostics.map(({ id, line }) => `${id} ${line}`),
    silenced: report.silenced,
    ok: report.ok,
  };
}

describe("a comment silences a check", () => {
  test.each([
    ["on its line", `${HEAD}${TAIL}${HOT} # tuning-fork: ignore C34 because it is a test\n`, 5],
    ["on the line above", `${HEAD}${TAIL}# tuning-fork: ignore C34 because it is a test\n${HOT}\n`, 5],
    ["above another comment", `${HEAD}${TAIL}# tuning-fork: ignore C34 because it is a test\n# hot\n${HOT}\n`, 5],
    ["for the whole file", `# tuning-fork: ignore C34 because it is a test\n${HEAD}${TAIL}${HOT}\n`, 1],
    [
      "with line ends of Windows",
      `${HEAD}${TAIL}${HOT} # tuning-fork: ignore C34 because it is a test\n`.replaceAll("\n", "\r\n"),
      5,
    ],
    ["behind a byte order mark", `\uFEFF# tuning-fork: ignore C34 because it is a test\n${HEAD}${TAIL}${HOT}\n`, 1],
    ["loosely written", `${HEAD}${TAIL}${HOT} #tuning-fork:ignore c34: it is a test\n`, 5],
  ])("%s", async (_name, text, line) => {
    expect(await look(text)).toEqual({ found: [], silenced: [{ id: "C34", reason: "it is a test", line }], ok: true });
  });

  test("but not on another line, and not another check", async () => {
    const far = await look(`${HEAD}${TAIL}# tuning-fork: ignore C34 because far away\n\n${HOT}\n`);
    expect(far.silenced).toEqual([]);
    expect(far.found).toEqual(["C65 5", "C34 7"]);
    const other = await look(`${HEAD}${TAIL}${HOT} # tuning-fork: ignore C06 because of another\n`);
    expect(other.found).toEqual(["C34 5", "C65 5"]);
  });

  test("without a reason too, which is said", async () => {
    const { found, silenced } = await look(`${HEAD}${TAIL}${HOT} # tuning-fork: ignore C34\n`);
    expect(found).toEqual(["C65 5"]);
    expect(silenced).toEqual([{ id: "C34", reason: null, line: 5 }]);
  });

  test("several at once", async () => {
    const text = `# tuning-fork: ignore C34, C56 and C06 because it is a test\n${HEAD}${TAIL}train: { learning_rate: 0.5, warmup: 1 }\n`;
    const { silenced, found } = await look(text);
    expect(silenced.map(({ id }) => id).toSorted()).toEqual(["C06", "C34"]);
    expect(found).toEqual(["C65 1"]);
  });
});

describe("what cannot be silenced", () => {
  test("an error that ends the run in its first second", async () => {
    const { found, silenced, ok } = await look(`${HEAD}${TAIL}lr: 0.001 # tuning-fork: ignore C01 because I want it\n`);
    expect(found).toEqual(["C01 5"]);
    expect([silenced, ok]).toEqual([[], false]);
  });

  test("a text that looks like the comment", async () => {
    const { found } = await look(`${HEAD}run: { name: "x # tuning-fork: ignore C34" }\n${TAIL}${HOT}\n`);
    expect(found).toEqual(["C34 6"]);
  });
});

test("findings without a place are silenced for the whole file only; an error of another kind can be", () => {
  const file = createSilencer(parseConfig("# tuning-fork: ignore C34, C14 because x\nversion: 1\n", "f"));
  const found = [
    placeless(error("C34", [], "hot")),
    placeless(warning("C14", [], "odd")),
    placeless(error("C14", [], "gone")),
  ];
  expect(file.part(found).told.map(({ message }) => message)).toEqual(["gone"]);
  const line = createSilencer(parseConfig("version: 1 # tuning-fork: ignore C34 because x\n", "f"));
  expect(line.part(found).silenced).toEqual([]);
});

test("of checks that were not made nothing is said", () => {
  const silencer = createSilencer(parseConfig("version: 1 # tuning-fork: ignore C34, C46 because x\n", "f"));
  const said = (tiers: ("text" | "machine")[], skipped: { id: string }[] = []): string[] =>
    silencer.remarks({ tiers, skipped }).map(({ message }) => message);
  expect(said(["text"])).toEqual(["There is no finding of `C34` here to ignore."]);
  expect(said(["text", "machine"], [{ id: "C34" }])).toEqual(["There is no finding of `C46` here to ignore."]);
});
