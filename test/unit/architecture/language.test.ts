import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { expect, test } from "vitest";
import { bareSentences } from "../../support/bare-sentences.ts";
import { root } from "../../support/imports.ts";
import { toldTexts } from "../../support/told-texts.ts";

/** Folders whose every text must be there in every language shipped. */
const FOLDERS = ["src", "webview-ui"];
const CALL = /(?<![\w.])(?:vscode\.l10n\.)?t\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`$]*`)/g;

/** What runs in a run's own process, where everything is English: the record of a run is searched, and read by anybody. */
const OF_THE_RUN = /^src\/(?:runner|journal|trainers\/tfjs\/(?!backends\/))/;

const bundle = JSON.parse(readFileSync(join(root, "l10n/bundle.l10n.zh-cn.json"), "utf8")) as Record<string, string>;

const sources = (): string[] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );

/** The texts given to `t` as literals, with their escapes read. */
function texts(): Set<string> {
  const found = new Set<string>();
  for (const file of sources()) {
    for (const [, literal = ""] of readFileSync(file, "utf8").matchAll(CALL)) {
      const inner = literal.slice(1, -1);
      found.add(JSON.parse(`"${inner.replaceAll(/\\(['`])/g, "$1").replaceAll(/(?<!\\)"/g, '\\"')}"`) as string);
    }
  }
  return found;
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([place]) => place).sort();

test("every text that people read has its Chinese one", () => {
  const wanted = texts();
  expect(wanted.size).toBeGreaterThan(100);
  expect([...wanted].filter((text) => !Object.hasOwn(bundle, text))).toEqual([]);
});

test("errors speak to people in their language", () => {
  const careless =
    'const advice = wide ? "Go on." : t("Go."); new UserError("no-go", `${place} is shut.`, { advice });';
  expect(bareSentences(careless)).toEqual(["… is shut.", "Go on."]);
  const bare = sources().flatMap((file) => {
    const path = relative(root, file).split(sep).join("/");
    if (!path.startsWith("src/") || OF_THE_RUN.test(path)) return [];
    return bareSentences(readFileSync(file, "utf8")).map((text) => `${path}: ${text}`);
  });
  expect(bare).toEqual([]);
});

test("what the schema says of a key, and a check of itself, has its Chinese one, with the same code in it", () => {
  const wanted = [...toldTexts()];
  expect(wanted.length).toBeGreaterThan(300);
  expect(wanted.filter((text) => !Object.hasOwn(bundle, text))).toEqual([]);
  const codes = (text: string): string[] => [...new Set(text.match(/`[^`]*`/g))].sort();
  expect(wanted.filter((text) => codes(text).join() !== codes(bundle[text]!).join())).toEqual([]);
});

test("a translation keeps the places of its values", () => {
  const broken = Object.entries(bundle).filter(
    ([english, chinese]) => placeholders(english).join() !== placeholders(chinese).join(),
  );
  expect(broken).toEqual([]);
});

test("the manifest's texts are the same keys in every language", () => {
  const english = JSON.parse(readFileSync(join(root, "package.nls.json"), "utf8")) as Record<string, string>;
  const chinese = JSON.parse(readFileSync(join(root, "package.nls.zh-cn.json"), "utf8")) as Record<string, string>;
  expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
});
