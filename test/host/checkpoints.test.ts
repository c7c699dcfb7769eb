import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, afterEach, before, describe, it } from "mocha";
import * as vscode from "vscode";
import type { EvaluationRecord } from "../../src/runs/using/evaluate.ts";
import { writeProgram } from "../support/fake-python.ts";
import { closeEverything, command, inFolder, lastResult, ref, start, stateOf, until } from "./support.ts";

/** An interpreter that answers as `use_checkpoint.py` does: figures for a file, a label for each text, or an error. */
const PYTHON = `
case "$*" in *use_checkpoint.py) ;; *) exit 1 ;; esac
read -r request
echo '{"t":"progress","phase":"evaluating","done":1,"total":2}'
case "$request" in
*strange.csv*) echo '{"t":"error","code":"data-label-untrained","problem":"strange.csv:2: no.","advice":"Correct it."}' ;;
*'"action":"evaluate"'*) echo '{"t":"result","files":[{"path":"/toy.csv","bytes":1,"sha256":"9f"}],"rows":4,"judgedRows":4,"metrics":{"eval/loss":0.5},"tables":[]}' ;;
*first*) echo '{"t":"result","predictions":[{"text":"first","label":"a","probabilities":{"a":0.75,"b":0.25}}]}' ;;
*) echo '{"t":"result","predictions":[{"text":"second","label":"b","probabilities":{"a":0.5,"b":0.5}}]}' ;;
esac`;

describe("a checkpoint in use", () => {
  let run = "";
  let step = 0;
  const evaluations = (): string => inFolder(".tuning-fork/runs", run, "evaluations");
  const folder = (file: string): string => inFolder(".tuning-fork/runs", run, file);
  const edit = (file: string, change: (value: Record<string, unknown>) => unknown): void =>
    writeFileSync(folder(file), JSON.stringify(change(JSON.parse(readFileSync(folder(file), "utf8")) as never)));
  const evaluation = ([name, ...others]: readonly string[]): EvaluationRecord => {
    assert.deepEqual(others, []);
    return JSON.parse(readFileSync(`${evaluations()}/${name}`, "utf8")) as EvaluationRecord;
  };
  const documents = (): vscode.TextDocument[] =>
    vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === "tuning-fork-predictions");

  before(async () => {
    const config = vscode.Uri.file(inFolder("finetune.yaml"));
    await vscode.window.showTextDocument(config);
    run = await start(config);
    await until("its end", async () => (await stateOf(run)) === "finished");
    await lastResult(config);
    step = Number(/\d+/.exec(readdirSync(folder("checkpoints")).find((name) => name.startsWith("step-"))!)![0]);
    await closeEverything();
  });
  afterEach(closeEverything);

  it("of the embedded trainer is evaluated on a file, and the run keeps what came of it", async () => {
    await command("evaluateCheckpoint", ref(run), step, vscode.Uri.file(inFolder("toy.csv")));
    const { metrics } = evaluation(readdirSync(evaluations()));
    assert.ok(Number(metrics["eval/loss"]) > 0 && Number(metrics["eval/accuracy"]) >= 0, JSON.stringify(metrics));
  });

  describe("of the PyTorch trainer", () => {
    before(() => {
      // The same run as another trainer would have left it: its files are the interface.
      writeProgram(inFolder("fake/python"), PYTHON);
      edit("config.json", (config) => ({ ...config, model: { ...(config["model"] as object), framework: "torch" } }));
      edit("launch.json", (plan) => ({ ...plan, command: [inFolder("fake/python"), "train_torch.py"] }));
    });
    after(closeEverything);

    it("is evaluated on a file, and the run keeps what came of it", async () => {
      const before = readdirSync(evaluations());
      await command("evaluateCheckpoint", ref(run), step, vscode.Uri.file(inFolder("toy.csv")));
      const record = evaluation(readdirSync(evaluations()).filter((name) => !before.includes(name)));
      assert.deepEqual([record.run, record.step, record.metrics], [run, step, { "eval/loss": 0.5 }]);
      assert.match(record.by, /editor/);
    });

    it("whose program finds the file wrong keeps nothing more", async () => {
      const before = readdirSync(evaluations());
      await command("evaluateCheckpoint", ref(run), step, vscode.Uri.file(inFolder("strange.csv")));
      assert.deepEqual(readdirSync(evaluations()), before);
    });

    it("says what it thinks of texts in a document that cannot be edited, the newest first", async () => {
      await command("predictCheckpoint", ref(run), step, ["first"]);
      assert.equal(documents().length, 1);
      const [document] = documents();
      assert.match(document!.getText(), /first\n→ a {2}\(a 0\.7500, b 0\.2500\)/);
      await command("predictCheckpoint", ref(run), step, ["second"]);
      const both = await until("both", () => /second[\s\S]*first/.test(document!.getText()) && document!.getText());
      assert.match(both, /^toy at step \d+, newest first\n/);
      assert.equal(documents().length, 1);
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        document!.uri,
        5,
      );
      assert.deepEqual(lenses[0]?.command?.arguments, [ref(run), step]);
    });
  });
});
