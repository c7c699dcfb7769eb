import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";

interface Manifest {
  contributes: { commands: { command: string }[] };
}

describe("the extension in the editor", () => {
  const extension = vscode.extensions.getExtension<unknown>("tuning-fork.tuning-fork")!;

  it("activates", async () => {
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("registers every command its manifest offers", async () => {
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension.packageJSON as Manifest;
    assert.ok(contributes.commands.length > 0);
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).filter((id) => !registered.has(id)),
      [],
    );
  });
});
