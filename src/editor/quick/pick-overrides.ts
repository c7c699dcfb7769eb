import * as vscode from "vscode";
import { overrideKeys, suggestValues, usedValues, type SuggestedValue } from "../../config/override-keys.ts";
import { overrideProblem } from "../../config/overrides.ts";
import type { StepResult } from "./in-steps.ts";
import { ask, type StepPlace } from "./steps.ts";

export interface OverrideOptions extends StepPlace {
  /** Words of the item that goes on with so many overrides. */
  goOn: (count: number) => string;
  /** Resolved configs of earlier runs, newest first. */
  earlier: readonly unknown[];
  /** The resolved config that is changed; absent where only the file knows. */
  now?: unknown;
  /** Pairs chosen before. */
  chosen: readonly string[];
  /** Why what was chosen before did not do. */
  problem?: string | undefined;
}

interface Item extends vscode.QuickPickItem {
  does?: "go" | "key" | "pair" | "edit";
  /** Key or pair that it stands for. */
  text?: string;
}

const removeButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon("close"),
  tooltip: vscode.l10n.t("Remove this override"),
});
const keyOf = (pair: string): string => pair.slice(0, pair.indexOf("="));

/**
 * `key=value` pairs, one after another: keys complete with what the schema says of them, values with what earlier runs had.
 * A pair that cannot be is answered with its reason while it is typed. Resolves to the pairs.
 */
export function pickOverrides(options: OverrideOptions): Promise<StepResult<string[]>> {
  const input = vscode.window.createQuickPick<Item>();
  let chosen = [...options.chosen];
  let problem = options.problem;
  input.placeholder = vscode.l10n.t("Type key=value or choose a key");
  input.matchOnDetail = true;
  input.buttons = (options.step ?? 1) > 1 ? [vscode.QuickInputButtons.Back] : [];
  const offer = (): void => {
    const isPair = input.value.includes("=");
    input.items = isPair ? valueItems(input.value, options) : overviewItems(chosen, problem, options);
    const first = input.items.find(({ does }) => does !== undefined);
    if (first && (isPair || input.value === "")) input.activeItems = [first];
  };
  const type = (text: string): void => {
    input.value = text;
    offer();
  };
  return ask<vscode.QuickPick<Item>, string[]>(input, options, (accept) => {
    input.onDidChangeValue(offer);
    input.onDidTriggerItemButton(({ item }) => {
      chosen = chosen.filter((pair) => pair !== item.text);
      offer();
    });
    input.onDidAccept(() => {
      const does = meantBy(input.value.trim(), input.selectedItems[0]);
      if (does.go) return accept(chosen);
      if (does.type !== undefined) return type(does.type);
      const { pair } = does;
      if (pair === undefined || overrideProblem(pair) !== undefined) return;
      chosen = [...chosen.filter((other) => keyOf(other) !== keyOf(pair)), pair];
      problem = undefined;
      type("");
    });
    offer();
  });
}

/**
 * What Enter means. What is typed counts for more than the item marked: the list follows the typing after a moment, and
 * Enter may come before it.
 */
function meantBy(typed: string, item: Item | undefined): { go?: true; type?: string; pair?: string } {
  const text = item?.text ?? "";
  if (typed.includes("=")) return { pair: item?.does === "pair" && text.startsWith(typed) ? text : typed };
  if (item?.does === "key") return { type: `${text}=` };
  if (item?.does === "edit") return { type: text };
  const isGo = item?.does === "go" && item.label.toLocaleLowerCase().includes(typed.toLocaleLowerCase());
  return isGo ? { go: true } : {};
}

function overviewItems(chosen: readonly string[], problem: string | undefined, options: OverrideOptions): Item[] {
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    ...(problem === undefined ? [] : [{ label: `$(error) ${problem}`, alwaysShow: true }]),
    { label: `$(play) ${options.goOn(chosen.length)}`, does: "go" },
    ...(chosen.length === 0 ? [] : [separator(vscode.l10n.t("Chosen"))]),
    ...chosen.map((pair): Item => ({
      label: pair,
      text: pair,
      does: "edit",
      buttons: [removeButton()],
      alwaysShow: true,
    })),
    separator(vscode.l10n.t("Keys")),
    ...overrideKeys().map((known): Item => {
      const used = usedValues([options.now, ...options.earlier], known.key);
      const type = vscode.l10n.t("{0}, by default {1}", known.type, known.default ?? "–");
      return {
        label: known.key,
        description: known.default === undefined ? known.type : type,
        detail: used.length > 0 ? `${used.join(", ")} · ${known.description}` : known.description,
        text: known.key,
        does: "key",
      };
    }),
  ];
}

const wordFor = (why: SuggestedValue["why"]): string => {
  switch (why) {
    case "now":
      return vscode.l10n.t("as it is now");
    case "earlier":
      return vscode.l10n.t("of an earlier run");
    case "default":
      return vscode.l10n.t("the default");
    case "named":
      return "";
  }
};

/** What is typed, with what is wrong about it, and the values that begin so. */
function valueItems(typed: string, options: OverrideOptions): Item[] {
  const key = keyOf(typed).trim();
  const suggested = suggestValues(key, options).map(({ value, why }): Item => ({
    label: `${key}=${value}`,
    description: wordFor(why),
    text: `${key}=${value}`,
    does: "pair",
  }));
  const isEmpty = typed.trim().endsWith("=");
  if (isEmpty && suggested.length > 0) return suggested;
  const wrong = isEmpty ? vscode.l10n.t("Type a value.") : overrideProblem(typed);
  const own: Item = {
    label: wrong === undefined ? typed : `$(error) ${typed}`,
    description: wrong ?? vscode.l10n.t("Enter takes it"),
    text: typed,
    does: "pair",
    alwaysShow: true,
  };
  return [own, ...suggested.filter(({ text }) => text !== typed)];
}
