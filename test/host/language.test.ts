import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { closeEverything, inFolder, until } from "./support.ts";

const CONFIG = `version: 1
task: text-classification
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: toy.csv, eval_fraction: 0.25, max_length: 16 }
train:
  num_train_epochs: 3
  lr: 0.003
`;
const uri = (): vscode.Uri => vscode.Uri.file(inFolder("typed.finetune.yaml"));
const problems = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri());
const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === "object" ? code.value : code);

describe("help while typing", () => {
  before(async () => {
    writeFileSync(uri().fsPath, CONFIG);
    await vscode.window.showTextDocument(uri());
  });
  after(closeEverything);

  it("marks what is wrong, with the check's id and where it is described", async () => {
    const problem = await until("the problem", () => problems().find((one) => codeOf(one) === "C01"));
    assert.equal(problem.source, "Tuning Fork");
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(problem.range.start.line, 6);
    assert.match(String((problem.code as { target: vscode.Uri }).target), /docs\/config\.md/);
  });

  it("mends it with a quick fix", async () => {
    const [problem] = problems().filter((one) => codeOf(one) === "C01");
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri(),
      problem!.range,
    );
    const preferred = actions.find(({ isPreferred }) => isPreferred);
    assert.ok(preferred?.edit);
    await vscode.workspace.applyEdit(preferred.edit);
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri().toString());
    assert.equal(document?.getText(), CONFIG.replace("lr:", "learning_rate:"));
    await until("no error", () => problems().every((one) => codeOf(one) !== "C01"));
    await document.save();
  });

  it("answers hovers and shows hints", async () => {
    const at = new vscode.Position(5, 6);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri(), at);
    const words = hovers.flatMap(({ contents }) =>
      contents.map((part) => (typeof part === "string" ? part : part.value)),
    );
    assert.match(words.join("\n"), /num_train_epochs/);
    const hints = await until("hints", async () => {
      const range = new vscode.Range(0, 0, 7, 0);
      const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        "vscode.executeInlayHintProvider",
        uri(),
        range,
      );
      return found.length > 0 && found;
    });
    assert.ok(hints.length > 0);
  });
});
