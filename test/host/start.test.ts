import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { after, afterEach, describe, it } from "mocha";
import * as vscode from "vscode";
import { closeEverything, command, inFolder, lastResult, lenses, pages, start, stateOf, until } from "./support.ts";

const config = (): vscode.Uri => vscode.Uri.file(inFolder("finetune.yaml"));

describe("starting from a config", () => {
  afterEach(closeEverything);

  it("starts what is on the screen, saved first, and opens the run's page beside it", async () => {
    const document = await vscode.workspace.openTextDocument(config());
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(document.positionAt(document.getText().length), "# edited\n"));
    assert.equal(document.isDirty, true);
    const run = await start(config());
    assert.equal(document.isDirty, false);
    assert.match(readFileSync(inFolder(".tuning-fork/runs", run, "config.yaml"), "utf8"), /# edited/);
    const [page] = await until("the run's page", () => pages("run").length > 0 && pages("run"));
    assert.equal(page?.group.viewColumn, vscode.ViewColumn.Two);
    assert.ok(vscode.window.visibleTextEditors.some((one) => one.document === document));
    await until("the end of the run", async () => (await stateOf(run)) === "finished");
  });

  it("shows above the config how to start and what came out last", async () => {
    await vscode.window.showTextDocument(config());
    const titles = await lastResult(config());
    assert.equal(titles[0], "$(play) Start fine-tune");
    assert.equal(titles[1], "Start with overrides…");
  });

  it("puts what a check finds into Problems at its lines, until the config is edited", async () => {
    const uri = vscode.Uri.file(inFolder("bad.finetune.yaml"));
    writeFileSync(
      uri.fsPath,
      readFileSync(config().fsPath, "utf8").replace("learning_rate: 0.003", "learning_rate: fast"),
    );
    void command("startFineTune", uri);
    const problem = await until("the problem", () =>
      vscode.languages.getDiagnostics(uri).find(({ severity }) => severity === vscode.DiagnosticSeverity.Error),
    );
    assert.equal(problem.source, "Tuning Fork");
    assert.match(problem.message, /number/);
    const editor = await until("the config", () =>
      vscode.window.visibleTextEditors.find(({ document }) => document.uri.fsPath === uri.fsPath),
    );
    assert.match(editor.document.lineAt(problem.range.start.line).text, /learning_rate: fast/);
    assert.equal(editor.selection.active.line, problem.range.start.line);
    assert.ok((await lenses(uri)).some((title) => title.includes("1 error")));
    await editor.edit((edit) => edit.replace(problem.range, "0.003"));
    const isError = ({ severity }: vscode.Diagnostic): boolean => severity === vscode.DiagnosticSeverity.Error;
    await until("no error", () => !vscode.languages.getDiagnostics(uri).some(isError));
    await editor.document.save();
  });

  it("makes a config for the data there is, and never over one that is there", async () => {
    const before = readFileSync(config().fsPath, "utf8");
    const made = command("newConfig");
    await until("the list of data files", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return existsSync(inFolder("toy.finetune.yaml"));
    });
    await made;
    assert.match(readFileSync(inFolder("toy.finetune.yaml"), "utf8"), /train: toy\.csv/);
    assert.equal(readFileSync(config().fsPath, "utf8"), before);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, inFolder("toy.finetune.yaml"));
    await command("validateConfig", vscode.Uri.file(inFolder("toy.finetune.yaml")));
    assert.deepEqual(
      vscode.languages
        .getDiagnostics(vscode.Uri.file(inFolder("toy.finetune.yaml")))
        .filter(({ severity }) => severity === 0),
      [],
    );
  });

  it("makes a config from one of another tool, beside it and under a free name", async () => {
    const other = inFolder("qlora.yml");
    const keys = ["base_model: org/llm-1B", "adapter: qlora", "datasets: [{ path: rows.jsonl, type: alpaca }]"];
    writeFileSync(other, [...keys, "micro_batch_size: 2", "flash_optimum: true", ""].join("\n"));
    const before = readFileSync(config().fsPath, "utf8");
    await command("importConfig", vscode.Uri.file(other));
    const made = readFileSync(inFolder("qlora.finetune.yaml"), "utf8");
    assert.match(made, /^# Made from qlora\.yml \(axolotl\)\./);
    assert.match(made, /type: qlora/);
    assert.match(made, /#\s+flash_optimum: true - /);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, inFolder("qlora.finetune.yaml"));
    assert.equal(readFileSync(config().fsPath, "utf8"), before);
  });

  after(async () => {
    const made = [inFolder("qlora.yml"), inFolder("qlora.finetune.yaml")];
    const extra = [...made, inFolder("bad.finetune.yaml"), inFolder("toy.finetune.yaml")];
    for (const path of extra) await vscode.workspace.fs.delete(vscode.Uri.file(path));
  });
});
