import { basename, relative } from "node:path";
import * as vscode from "vscode";
import { sentenceOf } from "../../base/errors.ts";
import { configToExamine } from "../../doctor/config.ts";
import { createEnvironment, type MadeEnvironment } from "../../launch/python/create-environment.ts";
import { planEnvironment } from "../../launch/python/environment-plan.ts";
import { findPython } from "../../launch/python/find.ts";
import { checkEnvironment } from "../check-environment.ts";
import { saveDocument, withNotice } from "../commands/start/start-config.ts";
import { requireTrust } from "../trust.ts";
import { choosePython } from "./chosen.ts";
import { OpenTerminal } from "./open-terminal.ts";

/**
 * Makes an environment for a config before everybody's eyes: what the tools print stands in a terminal, how far it is in a
 * notice, and either ends it. It then is the one that is chosen for this folder, where an extension keeps such choices.
 */
export async function makeEnvironment(uri: vscode.Uri, changed: () => void): Promise<void> {
  if (!(await requireTrust())) return;
  await saveDocument(uri);
  const { resolved, baseDir } = configToExamine(uri.fsPath);
  const env = await checkEnvironment(uri);
  const title = vscode.l10n.t("Making an environment for {0}", basename(uri.fsPath));
  const made = await withNotice(title, async (say, cancelled) => {
    const plan = await planEnvironment(resolved, baseDir, { env, signal: cancelled });
    const terminal = new OpenTerminal(title);
    try {
      const environment = await createEnvironment(plan, {
        env,
        signal: AbortSignal.any([cancelled, terminal.closed]),
        onStep: (what, step, steps) => {
          const line = `${step}/${steps} ${what}`;
          say(line);
          terminal.heading(line);
        },
        onLine: (line) => terminal.line(line),
      });
      terminal.end(summaryOf(environment));
      return environment;
    } catch (error) {
      terminal.end(cancelled.aborted ? vscode.l10n.t("Cancelled; nothing is left of it.") : sentenceOf(error));
      throw error;
    }
  });
  await choosePython(made.python, uri);
  changed();
  await tellChoice(made, resolved.hardware.python, baseDir, uri);
}

const summaryOf = ({ folder, version, packages, lock }: MadeEnvironment): string =>
  vscode.l10n.t(
    "{0} is ready: Python {1} with {2} packages, listed in {3}.",
    folder,
    version,
    Object.keys(packages).length,
    basename(lock),
  );

/** Says what is ready, and where something else would train all the same what to write. */
async function tellChoice(
  made: MadeEnvironment,
  configured: string | null,
  baseDir: string,
  uri: vscode.Uri,
): Promise<void> {
  const choice = findPython({ configured, baseDir, env: await checkEnvironment(uri) });
  if (choice.path === made.python || choice.path === undefined) {
    void vscode.window.showInformationMessage(summaryOf(made));
    return;
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      "{0} The config still trains with {1} ({2}). Write `hardware.python: {3}`.",
      summaryOf(made),
      choice.path,
      choice.chosenBy,
      relative(baseDir, made.folder),
    ),
  );
}
