import * as vscode from "vscode";
import { examineHere } from "../../doctor/examine-here.ts";
import type { ReportDocuments } from "../../doctor/report-documents.ts";
import type { Handlers } from "../register.ts";

/** What the commands about this machine work on. */
export interface DoctorParts {
  readonly reports: ReportDocuments;
}

const TERMINAL = "Tuning Fork";

type DoctorCommands = "doctor" | "copyCommand" | "typeCommand";

/** Commands about what this machine has, and what mends what it lacks. Nothing is run without the person's Enter. */
export const doctorHandlers = ({ reports }: DoctorParts): Pick<Handlers, DoctorCommands> => ({
  doctor: (app, target) => examineHere(app, reports, target instanceof vscode.Uri ? target : target?.uri),
  copyCommand: (_app, command) => vscode.env.clipboard.writeText(command),
  typeCommand: (_app, command) => {
    // Not into whatever runs in another terminal. A command that makes an environment makes it in this folder.
    const terminal =
      vscode.window.terminals.find(({ name }) => name === TERMINAL) ?? vscode.window.createTerminal({ name: TERMINAL });
    terminal.show();
    terminal.sendText(command, false);
  },
});
