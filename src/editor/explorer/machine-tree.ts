import { cpus, freemem, totalmem } from "node:os";
import * as vscode from "vscode";
import { formatMemory, formatPercent } from "../../base/format.ts";
import { probeGpus, type GpuInfo } from "../../launch/gpus.ts";
import { programEnvironment } from "../../launch/untrusted.ts";
import { checkEnvironment } from "../check-environment.ts";

interface Reading {
  label: string;
  description: string;
  icon: string;
}

/** While the view is shown. */
const EVERY_MS = 5000;

/** The machine: its GPUs with use and memory; processor and main memory where there is none. Nothing is read while it is hidden. */
export class MachineTree implements vscode.TreeDataProvider<Reading>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #busy = busyTimes();

  constructor() {
    const view = vscode.window.createTreeView("tuningFork.machine", { treeDataProvider: this });
    const follow = (): void => {
      clearInterval(this.#timer);
      this.#timer =
        view.visible && vscode.window.state.focused ? setInterval(() => this.#changed.fire(), EVERY_MS) : undefined;
    };
    this.#subscriptions = [
      view,
      this.#changed,
      view.onDidChangeVisibility(({ visible }) => {
        follow();
        if (visible) this.#changed.fire();
      }),
      vscode.window.onDidChangeWindowState(follow),
    ];
    follow();
  }

  async getChildren(parent?: Reading): Promise<Reading[]> {
    if (parent) return [];
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
    const gpus = await probeGpus(programEnvironment(await checkEnvironment(), folder));
    return gpus.length > 0 ? gpus.map((gpu) => gpuReading(gpu)) : [this.#processor(), memory()];
  }

  getTreeItem({ label, description, icon }: Reading): vscode.TreeItem {
    const item = new vscode.TreeItem(label);
    item.id = label;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.tooltip = `${label}: ${description}`;
    return item;
  }

  dispose(): void {
    clearInterval(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #processor(): Reading {
    const before = this.#busy;
    this.#busy = busyTimes();
    const total = this.#busy.totalMs - before.totalMs;
    const share = total > 0 ? (this.#busy.busyMs - before.busyMs) / total : 0;
    const cores = vscode.l10n.t("{0} cores", cpus().length);
    return { label: vscode.l10n.t("Processor"), description: `${formatPercent(share)} · ${cores}`, icon: "chip" };
  }
}

function gpuReading({ index, name, memoryBytes, freeBytes, utilization }: GpuInfo): Reading {
  const used = vscode.l10n.t("{0} of {1}", formatMemory(memoryBytes - freeBytes), formatMemory(memoryBytes));
  const share = utilization === null ? "" : `${formatPercent(utilization / 100)} · `;
  return { label: `${index} ${name}`, description: `${share}${used}`, icon: "circuit-board" };
}

const memory = (): Reading => ({
  label: vscode.l10n.t("Memory"),
  description: vscode.l10n.t("{0} of {1}", formatMemory(totalmem() - freemem()), formatMemory(totalmem())),
  icon: "server",
});

function busyTimes(): { busyMs: number; totalMs: number } {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    totalMs += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { busyMs, totalMs };
}
