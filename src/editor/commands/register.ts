import * as vscode from "vscode";
import { sentenceOf, UserError } from "../../base/errors.ts";
import { ConfigRefused } from "../../runs/start-refused.ts";
import type { App, RunRef } from "../app.ts";
import { showRefused } from "../config-files/refused.ts";
import { COMMANDS, KEYED, PREFIX, type CommandName } from "./specs.ts";

/** What names a run to a command: a reference, or an item of the run explorer. */
export type RunTarget = RunRef | { readonly ref: RunRef };

/** What names a config to a command: its file, or an item of the Configs view. */
export type ConfigTarget = vscode.Uri | { readonly uri: vscode.Uri };

/** The one clicked, and all that are selected with it. The palette gives neither. */
type OnRuns = [target?: RunTarget, selected?: readonly RunTarget[]];
type OnConfig = [target?: ConfigTarget];
type OnCheckpoint = [target: RunRef, step: number];

/** Arguments of the commands that are not about runs. */
interface SpecialArguments {
  startFineTune: OnConfig;
  startWithOverrides: OnConfig;
  newConfig: [];
  /** The file of another tool; asked for where none is given. */
  importConfig: [file?: vscode.Uri];
  validateConfig: OnConfig;
  estimateConfig: OnConfig;
  smokeRun: OnConfig;
  /** A fix of the language server gives the config as text. */
  createEnvironment: [target?: ConfigTarget | string];
  openConfig: [target: ConfigTarget, key?: string];
  /** A page gives the line or key; the explorer what is selected. */
  openRunLog: [target?: RunTarget, line?: number | readonly RunTarget[]];
  openRunConfig: [target?: RunTarget, key?: string | readonly RunTarget[]];
  /** Of one folder, or of all. */
  clearBaseline: [target?: RunTarget | { readonly folder: string }];
  /** A page gives the file; without one all that differ are offered. */
  diffCode: [target?: RunTarget, selected?: readonly RunTarget[], path?: string];
  /** The run with the file as it is now, or with a second run. */
  diffConfig: OnRuns;
  forkCheckpoint: OnCheckpoint;
  pinCheckpoint: OnCheckpoint;
  unpinCheckpoint: OnCheckpoint;
  revealCheckpoint: OnCheckpoint;
  copyCheckpointPath: OnCheckpoint;
  deleteCheckpoint: OnCheckpoint;
  /** The file is asked for where none is given. */
  evaluateCheckpoint: [...OnCheckpoint, file?: vscode.Uri];
  /** Texts are asked for where none are given. */
  predictCheckpoint: [...OnCheckpoint, texts?: readonly string[]];
  refreshRuns: [];
  filterRuns: [filter?: string];
  clearFilter: [];
  groupRuns: [];
  showTrash: [];
  hideTrash: [];
  reindexRuns: [];
  /** For a config, or for the one in front. */
  doctor: OnConfig;
  copyCommand: [command: string];
  typeCommand: [command: string];
  muteAlert: [code: string];
  unmuteAlerts: [];
  showLog: [];
  openWalkthrough: [];
}

export type ArgumentsOf<Name extends CommandName> = Name extends keyof SpecialArguments
  ? SpecialArguments[Name]
  : OnRuns;

/** A handler for every command. */
export type Handlers = { [Name in CommandName]: (app: App, ...args: ArgumentsOf<Name>) => unknown };

/** What commands need of the rest of the editor's parts. */
export interface CommandSurroundings {
  /** The runs a key pressed in the explorer is about. */
  keyed(): Promise<readonly RunTarget[]>;
  /** Is told of each command that was run without an error. */
  ran(name: CommandName): void;
}

/** Registers every command of the table behind one funnel for errors. */
export function registerCommands(app: App, handlers: Handlers, around: CommandSurroundings): vscode.Disposable {
  const names = Object.keys(COMMANDS) as CommandName[];
  return vscode.Disposable.from(
    ...names.map((name) => {
      const handler = handlers[name] as (app: App, ...args: unknown[]) => unknown;
      return vscode.commands.registerCommand(PREFIX + name, (...args: unknown[]) =>
        runWithErrors(app, name, async () => {
          const runs = isKeyed(args[0]) ? await around.keyed() : undefined;
          if (runs?.length === 0) return undefined;
          const result = await handler(app, ...(runs ? [runs[0], runs] : args));
          around.ran(name);
          return result;
        }),
      );
    }),
  );
}

const isKeyed = (argument: unknown): boolean =>
  typeof argument === "object" && argument !== null && Object.keys(KEYED).every((key) => key in argument);

/** Runs a command of ours from another part of the extension. */
export const execute = <Name extends CommandName>(name: Name, ...args: ArgumentsOf<Name>): Thenable<unknown> =>
  vscode.commands.executeCommand(PREFIX + name, ...args);

/** The one place where what a command throws becomes words. Resolves to undefined when it failed or was cancelled. */
export async function runWithErrors<T>(
  app: Pick<App, "log">,
  what: string,
  work: () => T,
): Promise<Awaited<T> | undefined> {
  try {
    return await work();
  } catch (error) {
    // Not waited for: a message stands until somebody closes it, and whoever ran the command must not wait so long.
    void showError(app, what, error);
    return undefined;
  }
}

/** Shows what went wrong and what to do; cancellations are no errors. */
export async function showError(app: Pick<App, "log">, what: string, error: unknown): Promise<void> {
  if (error instanceof vscode.CancellationError || (error instanceof Error && error.name === "AbortError")) return;
  if (error instanceof ConfigRefused) return showRefused(error);
  if (error instanceof UserError) {
    app.log.info(`${what}: ${error.code}: ${error.sentence}`);
    const { file, line } = error;
    const open = vscode.l10n.t("Open file");
    const chosen = await vscode.window.showErrorMessage(error.sentence, ...(file === undefined ? [] : [open]));
    if (chosen === open && file !== undefined) await openAt(file, line);
    return;
  }
  app.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const show = vscode.l10n.t("Show log");
  const message = vscode.l10n.t("Tuning Fork met an error it does not know: {0}", sentenceOf(error));
  if ((await vscode.window.showErrorMessage(message, show)) === show) app.log.show();
}

async function openAt(file: string, line: number | undefined): Promise<void> {
  const position = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
}
