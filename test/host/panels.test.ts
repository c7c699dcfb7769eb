import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { closeEverything, command, inFolder, pages, ref, runIds, shown, start, stateOf, until } from "./support.ts";

const meta = (run: string): Record<string, unknown> =>
  JSON.parse(readFileSync(inFolder(".tuning-fork/runs", run, "meta.json"), "utf8")) as Record<string, unknown>;

describe("the pages of runs", () => {
  let first = "";
  let second = "";

  before(async () => {
    const config = vscode.Uri.file(inFolder("finetune.yaml"));
    first = await start(config);
    second = await start(config);
    await until(
      "both ends",
      async () => (await stateOf(first)) === "finished" && (await stateOf(second)) === "finished",
    );
    await closeEverything();
  });
  afterEach(closeEverything);

  it("one page a run: opening it again shows the one there is", async () => {
    // A double click asks twice.
    await Promise.all([command("openRun", ref(first)), command("openRun", ref(first))]);
    await shown("run", 1);
    await command("openRun", ref(second));
    await shown("run", 2);
    await command("openRun", ref(first));
    await shown("run", 2);
  });

  it("a look takes the place of the look before, a page that was opened stays", async () => {
    await command("previewRun", ref(first));
    await command("previewRun", ref(second));
    await shown("run", 1);
    await command("openRun", ref(second));
    await command("previewRun", ref(first));
    await shown("run", 2);
  });

  it("the page's own view reaches its tab: a new name stands there at once", async () => {
    await command("openRun", ref(first));
    // What a second window does: the file changes, and this one looks again.
    writeFileSync(inFolder(".tuning-fork/runs", first, "meta.json"), JSON.stringify({ name: "another name" }));
    await command("refreshRuns");
    await until("the new title", () => pages("run").some(({ label }) => label === "another name"));
  });

  it("a run goes to the trash and comes back, its page stays open", async () => {
    await command("openRun", ref(second));
    await command("deleteRun", ref(second));
    await until("the trash", () => typeof meta(second)["trashedMs"] === "number");
    await command("restoreRun", ref(second));
    assert.equal(meta(second)["trashedMs"], undefined);
    await shown("run", 1);
  });

  it("two runs are compared in one page, which is found again", async () => {
    await command("compareRuns", ref(first), [ref(first), ref(second)]);
    await shown("compare", 1);
    await command("compareRuns", ref(first), [ref(first), ref(second)]);
    await shown("compare", 1);
    assert.equal(pages("compare")[0]?.label, "Compare 2 runs");
  });

  it("stars, copies ids and keeps a baseline without a question", async () => {
    await command("starRun", ref(first), [ref(first), ref(second)]);
    assert.deepEqual([meta(first)["starred"], meta(second)["starred"]], [true, true]);
    await command("unstarRun", ref(first));
    assert.equal(meta(first)["starred"], undefined);
    await command("copyRunId", ref(first));
    assert.equal(await vscode.env.clipboard.readText(), first);
    await command("copyRunForAi", ref(first));
    assert.match(await vscode.env.clipboard.readText(), /builtin:tiny[\s\S]*Last lines of the output/);
  });

  it("a run's config is compared with the file as it is now", async () => {
    await command("diffConfig", ref(first));
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.ok(activeTab?.input instanceof vscode.TabInputTextDiff);
    assert.equal(activeTab.input.modified.fsPath, inFolder("finetune.yaml"));
  });

  it("a run again is a new run with the earlier one's config", async () => {
    const before = runIds().length;
    await command("rerunRun", ref(first));
    assert.equal(runIds().length, before + 1);
    const run = runIds().at(-1)!;
    await until("its end", async () => (await stateOf(run)) === "finished");
  });
});
