import { type Connection, DidChangeConfigurationNotification } from "vscode-languageserver/node";
import type { HintKind } from "../config/assist/types.ts";

/** Setting of the editor that says which kinds of inlay hints are shown: a switch each. */
export const HINTS_SETTING = "tuningFork.inlayHints";

const KINDS: readonly HintKind[] = ["steps", "data", "defaults"];

/** Which kinds of hints a person wants, as the client's settings say. */
export class HintKinds {
  readonly #connection: Connection;
  readonly #report: (error: unknown) => void;
  #wanted: Promise<readonly HintKind[]> = Promise.resolve(KINDS);

  constructor(connection: Connection, report: (error: unknown) => void) {
    this.#connection = connection;
    this.#report = report;
  }

  /** Asks the client now and whenever its settings change; then `changed` is called. Call it once the client is initialized. */
  async follow(changed: () => void): Promise<void> {
    this.#wanted = this.#ask();
    this.#connection.onDidChangeConfiguration(() => {
      this.#wanted = this.#ask();
      changed();
    });
    await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: HINTS_SETTING });
  }

  /** All, until the client has answered otherwise. */
  get wanted(): Promise<readonly HintKind[]> {
    return this.#wanted;
  }

  async #ask(): Promise<readonly HintKind[]> {
    try {
      return kindsIn(await this.#connection.workspace.getConfiguration(HINTS_SETTING));
    } catch (error) {
      this.#report(error);
      return KINDS;
    }
  }
}

/** The kinds that are not switched off. */
function kindsIn(setting: unknown): readonly HintKind[] {
  const switches = (typeof setting === "object" && setting !== null ? setting : {}) as Record<string, unknown>;
  return KINDS.filter((kind) => switches[kind] !== false);
}
