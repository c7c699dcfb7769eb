import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { closeEverything, command, inFolder, until } from "./support.ts";

describe("the doctor", () => {
  const report = (): vscode.TextDocument | undefined =>
    vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "tuning-fork-doctor");

  before(async () => {
    await command("doctor", vscode.Uri.file(inFolder("finetune.yaml")));
    await until("the report", report);
  });
  after(closeEverything);

  it("shows what is here for a config as a document that cannot be edited", () => {
    const text = report()!.getText();
    assert.match(text, /^# .*finetune\.yaml/);
    assert.match(text, /## ✓ Backend wasm/);
    assert.match(text, / {4}\S.*backend-probe\.cjs wasm\n {4}→ \{/);
    assert.equal(vscode.window.activeTextEditor?.document, report());
  });

  it("has buttons above each command that mends something", async () => {
    const { uri } = report()!;
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri);
    const copy = lenses.find(({ command: own }) => own?.command === "tuningFork.copyCommand");
    assert.ok(copy, "the native runtime is not installed where tests run");
    const line = report()!.lineAt(copy.range.start.line).text.trim();
    assert.deepEqual(copy.command!.arguments, [line]);
    await vscode.commands.executeCommand("tuningFork.copyCommand", line);
    assert.equal(await vscode.env.clipboard.readText(), line);
  });

  it("writes the same document anew", async () => {
    await command("doctor", vscode.Uri.file(inFolder("finetune.yaml")));
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.equal(tabs.filter(({ label }) => label === "finetune.yaml.md").length, 1);
  });
});
