import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { RunFolder } from "../support/run-folder.ts";

interface Api {
  listed: Promise<void>;
}

const folder = vscode.workspace.workspaceFolders![0]!;
const root = join(folder.uri.fsPath, ".tuning-fork");

/** Asks until it holds; the explorer follows the disk within a second or two. */
async function eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await new Promise((done) => setTimeout(done, 200)))
    if (await holds()) return;
  assert.fail(`never came true: ${what}`);
}

const tabs = (): string[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

describe("runs that others made", () => {
  let finished: RunFolder;

  before(async () => {
    mkdirSync(join(root, "runs"), { recursive: true });
    finished = new RunFolder(root, { name: "by-hand", createdMs: Date.now() - 1000, project: "p" }, { model: {} });
    finished.segment(1, 0).state("preparing").state("running");
    finished.metrics(1, { "train/loss": 1 }).metrics(2, { "train/loss": 0.5 });
    finished.state("finished");
    await vscode.extensions.getExtension<Api>("tuning-fork.tuning-fork")!.activate();
    await vscode.commands.executeCommand("tuningFork.runs.focus");
    await vscode.commands.executeCommand("tuningFork.refreshRuns");
  });
  after(() => rmSync(finished.dir, { recursive: true, force: true }));

  const meta = async (): Promise<Record<string, unknown>> => {
    const uri = vscode.Uri.file(join(finished.dir, "meta.json"));
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))) as Record<string, unknown>;
  };
  const ref = () => ({ folder: folder.uri.toString(), run: finished.id });

  it("open as a page that bears their name", async () => {
    await vscode.commands.executeCommand("tuningFork.openRun", ref());
    await eventually("a tab by-hand", () => tabs().includes("by-hand"));
  });

  it("open once, however often they are asked for", async () => {
    await vscode.commands.executeCommand("tuningFork.openRun", ref());
    assert.equal(tabs().filter((label) => label === "by-hand").length, 1);
  });

  it("are starred and unstarred", async () => {
    await vscode.commands.executeCommand("tuningFork.starRun", ref());
    assert.equal((await meta())["starred"], true);
    await vscode.commands.executeCommand("tuningFork.unstarRun", ref());
    assert.equal((await meta())["starred"], undefined);
  });

  it("go to the trash and come back", async () => {
    void vscode.commands.executeCommand("tuningFork.deleteRun", ref());
    await eventually("trashed", async () => typeof (await meta())["trashedMs"] === "number");
    await vscode.commands.executeCommand("tuningFork.restoreRun", ref());
    await eventually("restored", async () => (await meta())["trashedMs"] === undefined);
  });

  it("are passed over where several are selected and it cannot be done with them", async () => {
    const other = new RunFolder(root, { name: "other", createdMs: Date.now() - 2000, project: "p" }, { model: {} });
    other.segment(1, 0).state("preparing").state("running").state("finished");
    const both = [ref(), { ...ref(), run: other.id }];
    try {
      await vscode.commands.executeCommand("tuningFork.refreshRuns");
      await vscode.commands.executeCommand("tuningFork.deleteRun", both[0]);
      await eventually("trashed", async () => typeof (await meta())["trashedMs"] === "number");
      // The second is in no trash, and keeps the first in none.
      await vscode.commands.executeCommand("tuningFork.restoreRun", both[1], both.toReversed());
      await eventually("restored", async () => (await meta())["trashedMs"] === undefined);
    } finally {
      rmSync(other.dir, { recursive: true, force: true });
    }
  });
});
