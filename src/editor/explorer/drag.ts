import * as vscode from "vscode";
import { execute, type RunTarget } from "../commands/register.ts";
import { dropUri } from "./drop-editor.ts";
import type { ExplorerNode } from "./run-node.ts";

/** Dragged runs; only this extension's own views understand it. */
const MIME = "application/vnd.code.tree.tuningfork.runs";

/** Runs dragged into the editor area open there; dropped on another run they are compared with it. */
export class RunsDrag implements vscode.TreeDragAndDropController<ExplorerNode> {
  readonly dragMimeTypes = [MIME, "text/uri-list"];
  readonly dropMimeTypes = [MIME];

  handleDrag(dragged: readonly ExplorerNode[], data: vscode.DataTransfer): void {
    const refs = dragged.filter((node) => node.kind === "run").map(({ ref }) => ref);
    if (refs.length === 0) return;
    data.set(MIME, new vscode.DataTransferItem(refs));
    data.set("text/uri-list", new vscode.DataTransferItem(dropUri(refs).toString()));
  }

  async handleDrop(target: ExplorerNode | undefined, data: vscode.DataTransfer): Promise<void> {
    const dropped = data.get(MIME)?.value as RunTarget[] | undefined;
    if (!dropped || target?.kind !== "run") return;
    await execute("compareRuns", target, [target, ...dropped]);
  }
}
