import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS, KEYED, PREFIX, type CommandName } from "../../../src/editor/commands/specs.ts";
import { pageAction } from "../../../src/messages/actions.ts";
import { root } from "../../support/imports.ts";

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string }[];
    menus: Record<string, { command: string; when?: string; group?: string }[]>;
    keybindings: { command: string; key: string; when: string; args?: unknown }[];
    walkthroughs: { steps: { media: { svg: string }; completionEvents: string[]; description: string }[] }[];
    viewsWelcome: { contents: string }[];
  };
}
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));
const { contributes } = read("package.json") as Manifest;
const nls = read("package.nls.json") as Record<string, string>;
const names = Object.keys(COMMANDS) as CommandName[];
const ids = names.map((name) => PREFIX + name);

describe("the manifest has exactly the commands of the table", () => {
  test("each with its title, and no title without a command", () => {
    expect(contributes.commands.map(({ command }) => command)).toEqual(ids);
    expect(names.filter((name) => !nls[`command.${name}`])).toEqual([]);
    const titled = Object.keys(nls).flatMap((key) => (key.startsWith("command.") ? [PREFIX + key.slice(8)] : []));
    expect(titled.toSorted()).toEqual(ids.toSorted());
  });

  test("menus and keys name no other", () => {
    const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(
      ({ command }) => command,
    );
    expect(named.filter((command) => !ids.includes(command))).toEqual([]);
  });

  test("what the palette hides needs an argument, and is hidden", () => {
    const hidden = contributes.menus["commandPalette"]!.filter(({ when }) => when === "false").map(
      ({ command }) => command,
    );
    expect(hidden).toEqual(
      ids.filter((_, index) => (COMMANDS[names[index]!] as { palette?: unknown }).palette === false),
    );
    expect(hidden).toContain("tuningFork.forkCheckpoint");
    expect(hidden).not.toContain("tuningFork.startFineTune");
  });

  test("keys bind only where they steal nothing", () => {
    expect(contributes.keybindings.filter(({ when }) => !/focusedView|editorTextFocus/.test(when))).toEqual([]);
  });

  test("keys about a run are about the one with the focus: they say so, and leave folding and typing alone", () => {
    const aboutRuns = contributes.keybindings.filter(({ command }) => command.endsWith("Run"));
    expect(aboutRuns.map(({ key }) => key).toSorted()).toEqual(["delete", "delete", "f2", "space"]);
    const deleting = aboutRuns
      .filter(({ key }) => key === "delete")
      .map(({ command, when }) => [command, /!?tuningFork\.trashShown/.exec(when)?.[0]]);
    expect(deleting).toEqual([
      ["tuningFork.deleteRun", "!tuningFork.trashShown"],
      ["tuningFork.removeRun", "tuningFork.trashShown"],
    ]);
    for (const { args, when } of aboutRuns) {
      expect(args).toEqual(KEYED);
      expect(when).toMatch(/!inputFocus.*!treeElementCanExpand.*!treeElementCanCollapse/);
    }
  });
});

test("a title with more input to come ends in …, others do not", () => {
  const asking = [
    "startWithOverrides",
    "newConfig",
    "importConfig",
    "forkRun",
    "renameRun",
    "tagRun",
    "noteRun",
    "exportRun",
    "removeRun",
    "evaluateCheckpoint",
    "predictCheckpoint",
  ];
  expect(asking.filter((name) => !nls[`command.${name}`]!.endsWith("…"))).toEqual([]);
});

test("links of welcome views and walkthrough name commands there are, and its pictures are there", () => {
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(nls).filter(([key]) => /^(welcome|walkthrough)/.test(key))),
  );
  const linked = [...text.matchAll(/command:(tuningFork\.[\w.]+)/g)].map(([, command]) => command!);
  expect(linked.length).toBeGreaterThan(5);
  expect(linked.filter((command) => !ids.includes(command))).toEqual([]);
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const events = steps.flatMap(({ completionEvents }) => completionEvents);
  const onCommands = events.filter((event) => event.startsWith("onCommand:")).map((event) => event.slice(10));
  expect(onCommands.filter((command) => !ids.includes(command))).toEqual([]);
  const told = readFileSync(join(root, "src/editor/walkthrough/walkthrough.ts"), "utf8");
  const contexts = events.flatMap((event) => /^onContext:tuningFork\.(?:did|had)\.(\w+)$/.exec(event)?.[1] ?? []);
  expect(contexts.filter((step) => !told.includes(`"${step}"`))).toEqual([]);
  expect(
    events.filter((event) => !/^on(?:Command:tuningFork\.|Context:tuningFork\.(?:did|had)\.)/.test(event)),
  ).toEqual([]);
  const pictures = new Set(readdirSync(join(root, "media/walkthrough")).map((file) => `media/walkthrough/${file}`));
  expect(steps.filter(({ media }) => !pictures.has(media.svg))).toEqual([]);
});

test("whatever a page can have done is a command, or about a file or the page itself", () => {
  const own = ["openFile", "openDataRow", "copyText", "saveFile", "addToCompare", "removeFromCompare", "openConfig"];
  const actions = pageAction.options.map((option) => option.entries.do.literal);
  expect(actions.filter((action) => !own.includes(action) && !names.includes(action as CommandName))).toEqual([]);
});
