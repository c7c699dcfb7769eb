import { describe, expect, test } from "vitest";
import { findCycle, readSources, type SourceFile } from "../../support/imports.ts";

const sources = readSources("src", "webview-ui");
const within = (...folders: string[]) =>
  sources.filter(({ path }) => folders.some((folder) => path.startsWith(folder)));
const offenders = (files: SourceFile[], is: (file: SourceFile) => boolean) => files.filter(is).map(({ path }) => path);
const reaches = (folder: string) => (file: SourceFile) => file.files.some((path) => path.startsWith(folder));
const uses = (name: string) => (file: SourceFile) => file.packages.some((p) => p === name || p.startsWith(`${name}/`));

describe("the layer rule", () => {
  test("only the editor's adapters know the editor", () => {
    const engine = sources.filter(({ path }) => !path.startsWith("src/editor/") && path !== "src/extension.ts");
    expect(offenders(engine, uses("vscode"))).toEqual([]);
    expect(offenders(engine, reaches("src/editor/"))).toEqual([]);
    expect(within("src/editor/").some(uses("vscode"))).toBe(true);
  });

  test("config, journal, data, base and trainers know no database", () => {
    const pure = within("src/config/", "src/journal/", "src/data/", "src/base/", "src/trainers/");
    expect(offenders(pure, (file) => uses("sqlite3")(file) || reaches("src/store/")(file))).toEqual([]);
  });

  test("only the store speaks SQLite", () => {
    const others = sources.filter(({ path }) => !path.startsWith("src/store/"));
    expect(offenders(others, (file) => uses("sqlite3")(file) || uses("node:sqlite")(file))).toEqual([]);
  });

  test("the base stands on nothing", () => {
    expect(offenders(within("src/base/"), (file) => file.files.some((path) => !path.startsWith("src/base/")))).toEqual(
      [],
    );
  });

  test("the engine does not know its command line", () => {
    const engine = sources.filter(({ path }) => !path.startsWith("src/cli/"));
    expect(offenders(engine, reaches("src/cli/"))).toEqual([]);
  });

  test("TensorFlow is known to the trainer alone", () => {
    const others = sources.filter(({ path }) => !path.startsWith("src/trainers/tfjs/"));
    expect(offenders(others, (file) => file.packages.some((name) => name.startsWith("@tensorflow/")))).toEqual([]);
  });

  test("pages import messages and pure functions only", () => {
    const allowed = ["src/messages/", "src/base/", "webview-ui/"];
    const strays = offenders(within("webview-ui/"), ({ files }) =>
      files.some((path) => !allowed.some((folder) => path.startsWith(folder))),
    );
    expect(strays).toEqual([]);
    expect(offenders(within("webview-ui/"), (file) => file.packages.some((name) => name.startsWith("node:")))).toEqual(
      [],
    );
  });

  test("the contract of the pages stands on the base and its validator", () => {
    const contract = within("src/messages/");
    expect(offenders(contract, ({ files }) => files.some((path) => !/^src\/(messages|base)\//.test(path)))).toEqual([]);
    expect(offenders(contract, ({ packages }) => packages.some((name) => name !== "valibot"))).toEqual([]);
  });

  test("the engine does not know what pages show", () => {
    const engine = sources.filter(
      ({ path }) => !/^(src\/(views|messages|editor)\/|src\/extension|webview-ui\/)/.test(path),
    );
    expect(offenders(engine, (file) => reaches("src/views/")(file) || reaches("src/messages/")(file))).toEqual([]);
  });

  test("there is no import cycle", () => {
    expect(findCycle(sources)).toBeUndefined();
  });

  test("no file is too long to read at once", () => {
    const all = [...sources, ...readSources("test", "bench", "scripts")];
    expect(all.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });
});
