import * as vscode from "vscode";
import type { StepResult } from "./in-steps.ts";

/** Where a step stands among its neighbours; one without a place has neither number nor Back. */
export interface StepPlace {
  title: string;
  step?: number;
  totalSteps?: number;
}

export interface PickOptions<Item extends vscode.QuickPickItem> extends StepPlace {
  items: readonly Item[] | Promise<readonly Item[]>;
  placeholder: string;
  /** Where the list begins: an item, or what tells it from the others. */
  active?: Item | ((item: Item) => boolean) | undefined;
  matchOnDetail?: boolean;
}

const backOf = ({ step = 1 }: StepPlace): vscode.QuickInputButton[] =>
  step > 1 ? [vscode.QuickInputButtons.Back] : [];

/** Shows an input and resolves once it is accepted, left by Back, or closed. */
export function ask<Input extends vscode.QuickInput, T>(
  input: Input & { onDidTriggerButton: vscode.Event<vscode.QuickInputButton> },
  place: StepPlace,
  wire: (accept: (value: T) => void) => void,
): Promise<StepResult<T>> {
  input.title = place.title;
  input.step = place.step;
  input.totalSteps = place.totalSteps;
  input.ignoreFocusOut = true;
  return new Promise<StepResult<T>>((resolve) => {
    const end = (result: StepResult<T>): void => {
      resolve(result);
      input.dispose();
    };
    input.onDidTriggerButton((button) => button === vscode.QuickInputButtons.Back && end("back"));
    input.onDidHide(() => end(undefined));
    wire((value) => end({ value }));
    input.show();
  });
}

/** One choice from a list, which may come later; rejects where it cannot be made. */
export function pick<Item extends vscode.QuickPickItem>(options: PickOptions<Item>): Promise<StepResult<Item>> {
  const input = vscode.window.createQuickPick<Item>();
  input.placeholder = options.placeholder;
  input.matchOnDescription = true;
  input.matchOnDetail = options.matchOnDetail ?? false;
  input.buttons = backOf(options);
  return new Promise((resolve, reject) => {
    const asked = ask<vscode.QuickPick<Item>, Item>(input, options, (accept) => {
      input.onDidAccept(() => {
        const [chosen] = input.selectedItems;
        if (chosen) accept(chosen);
      });
    });
    void asked.then(resolve, reject);
    fill(input, options).catch((error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
      input.hide();
    });
  });
}

async function fill<Item extends vscode.QuickPickItem>(
  input: vscode.QuickPick<Item>,
  { items, active }: PickOptions<Item>,
): Promise<void> {
  input.busy = true;
  input.items = await items;
  input.busy = false;
  const first = typeof active === "function" ? input.items.find(active) : active;
  if (first) input.activeItems = [first];
}

export interface TextOptions extends StepPlace {
  prompt: string;
  value: string;
  placeholder?: string;
  /** The sentence that keeps a text from being accepted; undefined when it may be. */
  problem?: (text: string) => string | undefined;
}

/** One line of text. */
export function text(options: TextOptions): Promise<StepResult<string>> {
  const input = vscode.window.createInputBox();
  const problem = options.problem ?? (() => undefined);
  input.prompt = options.prompt;
  input.value = options.value;
  input.placeholder = options.placeholder;
  input.buttons = backOf(options);
  return ask<vscode.InputBox, string>(input, options, (accept) => {
    input.onDidChangeValue((value) => (input.validationMessage = problem(value)));
    input.onDidAccept(() => {
      input.validationMessage = problem(input.value);
      if (!input.validationMessage) accept(input.value);
    });
  });
}
