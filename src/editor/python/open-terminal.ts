import * as vscode from "vscode";

const BOLD = "\u001B[1m";
const PLAIN = "\u001B[0m";

/** A terminal that shows what this extension does. Whoever closes it before the end ends that work. */
export class OpenTerminal {
  readonly #written = new vscode.EventEmitter<string>();
  readonly #stop = new AbortController();
  readonly #subscription: vscode.Disposable;
  /** What is said before the editor has opened it. */
  #waiting: string[] | undefined = [];

  constructor(name: string) {
    const stop = (): void => this.#stop.abort(new vscode.CancellationError());
    const pty: vscode.Pseudoterminal = {
      onDidWrite: this.#written.event,
      open: () => {
        for (const text of this.#waiting ?? []) this.#written.fire(text);
        this.#waiting = undefined;
      },
      close: stop,
      // Ctrl-C
      handleInput: (keys) => {
        if (keys === "\u0003") stop();
      },
    };
    const terminal = vscode.window.createTerminal({ name, pty });
    terminal.show(true);
    // `close` is not called for one that was closed before it could be seen.
    this.#subscription = vscode.window.onDidCloseTerminal((closed) => {
      if (closed === terminal) stop();
    });
  }

  /** Aborted when the person closes it or presses Ctrl-C in it. */
  get closed(): AbortSignal {
    return this.#stop.signal;
  }

  heading(text: string): void {
    this.#write(`${BOLD}${text}${PLAIN}\r\n`);
  }

  line(text: string): void {
    this.#write(`${text.replaceAll("\n", "\r\n")}\r\n`);
  }

  /** The last word; it stays open to be read. */
  end(text: string): void {
    this.#write(`\r\n${BOLD}${text}${PLAIN}\r\n`);
    this.#subscription.dispose();
  }

  #write(text: string): void {
    if (this.#waiting) this.#waiting.push(text);
    else this.#written.fire(text);
  }
}
