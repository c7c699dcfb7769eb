import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { closeEverything, inFolder, start, until } from "./support.ts";

const CONFIG = `version: 1
task: text-classification
run: { name: repeated, seed: 42 }
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: toy.csv, eval_fraction: 0.25, max_length: 16 }
train: { num_train_epochs: 1, per_device_train_batch_size: 8, learning_rate: 0.003 }
hardware: { backend: wasm }
`;
const uri = (): vscode.Uri => vscode.Uri.file(inFolder("served.finetune.yaml"));
const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === "object" ? code.value : code);
const problems = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri());

/** Process of the language server this extension host started; undefined while there is none. */
function serverPid(): number | undefined {
  const lines = execFileSync("ps", ["-Ao", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const found = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  const ours = found.find((match) => Number(match?.[2]) === process.pid && match![3]!.includes("language-server.cjs"));
  return ours ? Number(ours[1]) : undefined;
}

/** Replaces the text and waits until the new one is served: a key that is wrong gets its squiggle. */
async function isServed(word: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri());
  const change = new vscode.WorkspaceEdit();
  const end = document.positionAt(document.getText().length);
  change.replace(uri(), new vscode.Range(new vscode.Position(0, 0), end), `${CONFIG}${word}: 1\n`);
  await vscode.workspace.applyEdit(change);
  await until(`a squiggle under ${word}`, () => problems().some(({ message }) => message.includes(word)));
}

async function killServer(): Promise<void> {
  const pid = await until("the server", serverPid);
  process.kill(pid, "SIGKILL");
  await until("its end", () => serverPid() !== pid);
}

describe("the language server", () => {
  before(async () => {
    writeFileSync(uri().fsPath, CONFIG);
    await vscode.window.showTextDocument(uri());
  });
  after(async () => {
    await vscode.workspace.saveAll();
    await closeEverything();
  });

  it("is told which runs have ended: a config that repeats one says so", async () => {
    await start(uri());
    const told = await until("the repeated run", () =>
      problems().find((one) => codeOf(one) === "C59" && one.message.includes("repeated")),
    );
    assert.equal(told.severity, vscode.DiagnosticSeverity.Information);
  });

  it("is started again when it is killed, and knows of earlier runs again", async () => {
    await killServer();
    await isServed("killed");
    await until("the repeated run", () => problems().some((one) => codeOf(one) === "C59"));
  });

  it("is left off when it is killed again and again, with a button that starts it", async () => {
    const { window } = vscode;
    const original = window.showWarningMessage;
    const asked: unknown[][] = [];
    let press: (button: unknown) => void = () => {};
    const pressed = new Promise<unknown>((done) => (press = done));
    window.showWarningMessage = ((...shown: unknown[]) => {
      asked.push(shown);
      return pressed;
    }) as never;
    try {
      for (let kill = 0; kill < 4; kill++) await killServer();
      const [message, button] = await until("the warning", () => asked[0]);
      assert.match(String(message), /^Configs are no longer checked while typing: .* crashed 5 times\./);
      assert.equal(serverPid(), undefined);
      press(button);
      await isServed("pressed");
      assert.equal(asked.length, 1);
    } finally {
      window.showWarningMessage = original;
    }
  });
});
