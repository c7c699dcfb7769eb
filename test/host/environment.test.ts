import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { descriptionOf, writeProgram } from "../support/fake-python.ts";
import { MARK } from "../../src/launch/python/scripts.ts";
import { closeEverything, command, inFolder, until } from "./support.ts";

const CONFIG = `version: 1
task: text-classification
model: { name_or_path: org/name }
data: { train: toy.csv }
method: { type: full }
`;

/** A uv that lays an environment without packages in a moment, or hangs while it installs. */
function fakeUv(hangs: boolean): void {
  const packages = { torch: "2.13.0", transformers: "5.23.0", accelerate: "1.15.0" };
  const answer = MARK + JSON.stringify(descriptionOf({ version: "3.12.4", isUv: true, packages }));
  const python = `#!/bin/sh\\ncat <<END\\n${answer.replaceAll('"', '\\"')}\\nEND\\n`;
  writeProgram(
    inFolder("fake/uv"),
    `case "$1 $2" in
"venv --python") mkdir -p "$4/bin"; printf "${python}" > "$4/bin/python"; chmod +x "$4/bin/python" ;;
"pip freeze") echo "torch==2.13.0" ;;
*) echo "Downloading"; ${hangs ? "sleep 600" : ":"} ;;
esac`,
  );
}

describe("an environment for a config", () => {
  const uri = (): vscode.Uri => vscode.Uri.file(inFolder("own/torch.finetune.yaml"));
  const path = process.env["PATH"];
  const terminals = (): vscode.Terminal[] =>
    vscode.window.terminals.filter(({ name }) => name.includes("torch.finetune.yaml"));

  before(() => {
    mkdirSync(inFolder("own/.vscode"), { recursive: true });
    writeFileSync(uri().fsPath, CONFIG);
    process.env["PATH"] = [inFolder("fake"), path].join(delimiter);
  });
  after(async () => {
    process.env["PATH"] = path;
    rmSync(inFolder("own"), { recursive: true, force: true });
    rmSync(inFolder("fake"), { recursive: true, force: true });
    for (const terminal of terminals()) terminal.dispose();
    await closeEverything();
  });

  it("is made in a terminal that shows it; closing that ends it, and nothing is left", async () => {
    fakeUv(true);
    const done = command("createEnvironment", uri());
    const terminal = await until("the terminal", () => terminals()[0]);
    await until("the half-made environment", () => existsSync(inFolder("own/.venv/bin/python")));
    terminal.dispose();
    await done;
    await until("its end", () => !existsSync(inFolder("own/.venv")));
    assert.equal(existsSync(inFolder("own/requirements.lock")), false);
  });

  it("is ready when the command ends, with its lock beside the config", async () => {
    fakeUv(false);
    await command("createEnvironment", uri().toString());
    assert.equal(existsSync(inFolder("own/.venv/bin/python")), true);
    assert.match(
      readFileSync(inFolder("own/requirements.lock"), "utf8"),
      /^# Made by Tuning Fork: Python 3\.12\.4.*\ntorch==2\.13\.0\n$/,
    );
    assert.equal(terminals().length, 1);
  });
});
