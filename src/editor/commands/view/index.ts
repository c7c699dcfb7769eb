import * as vscode from "vscode";
import { sentenceOf } from "../../../base/errors.ts";
import { FILTER_FIELDS, parseFilter } from "../../../store/filter.ts";
import { GROUPINGS, type Grouping } from "../../../views/explorer/group.ts";
import type { App } from "../../app.ts";
import type { RunLists } from "../../explorer/run-lists.ts";
import type { RunsTree } from "../../explorer/runs-tree.ts";
import type { Walkthrough } from "../../walkthrough/walkthrough.ts";
import type { Handlers } from "../register.ts";

/** What the commands about the explorer itself work on. */
export interface ViewParts {
  readonly tree: RunsTree;
  readonly lists: RunLists;
  readonly walkthrough: Walkthrough;
}

type ViewCommands =
  | "refreshRuns"
  | "filterRuns"
  | "clearFilter"
  | "groupRuns"
  | "showTrash"
  | "hideTrash"
  | "reindexRuns"
  | "muteAlert"
  | "unmuteAlerts"
  | "showLog"
  | "openWalkthrough";

/** Commands about the explorer, the store as a whole and the machine. */
export const viewHandlers = ({ tree, lists, walkthrough }: ViewParts): Pick<Handlers, ViewCommands> => ({
  refreshRuns: async (app) => {
    for (const store of await app.stores.all()) await store.live.look();
    await lists.refresh();
  },
  filterRuns: async (_app, given) => {
    const filter = given ?? (await askFilter(lists));
    if (filter !== undefined) await tree.filter(filter);
  },
  clearFilter: () => tree.filter(""),
  groupRuns: async () => {
    const grouping = await askGrouping(tree.grouping);
    if (grouping) await tree.group(grouping);
  },
  showTrash: () => tree.showTrash(true),
  hideTrash: () => tree.showTrash(false),
  reindexRuns: (app) => reindex(app, lists),
  muteAlert: (app, code) => app.choices.mute(code, true),
  unmuteAlerts: async (app) => {
    for (const code of app.choices.muted()) await app.choices.mute(code, false);
  },
  showLog: (app) => app.log.show(),
  openWalkthrough: () => walkthrough.open(),
});

/** Operators that make a word of a filter a condition. */
const EXAMPLES = [
  "state:finished",
  "tag:",
  "eval/f1_macro>0.9",
  "method.type:lora",
  "created>2026-11-01",
  "-state:failed",
];

/** A filter typed with what is there to be named; a wrong one is said while it is typed. */
function askFilter(lists: RunLists): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick();
  pick.title = vscode.l10n.t("Filter runs");
  pick.placeholder = vscode.l10n.t("state:finished eval/f1_macro>0.9 -tag:old");
  pick.value = lists.filter;
  const metrics = [...new Set(lists.all.slice(0, 200).flatMap(({ item }) => Object.keys(item.metrics)))];
  const tags = [...new Set(lists.all.flatMap(({ item }) => item.tags))];
  const words = [
    ...EXAMPLES,
    ...tags.map((tag) => `tag:${/\s/.test(tag) ? `"${tag}"` : tag}`),
    ...FILTER_FIELDS.map((field) => `${field}:`),
    ...metrics.map((metric) => `${metric}>`),
  ];
  const offer = (): void => {
    const [, before = "", last = ""] = /^(.*?)(\S*)$/.exec(pick.value) ?? [];
    const fitting = words.filter((word) => word.startsWith(last) && word !== last).slice(0, 50);
    const problem = problemOf(pick.value);
    pick.items = [
      {
        label: problem ?? vscode.l10n.t("Show what matches"),
        iconPath: new vscode.ThemeIcon(problem ? "warning" : "filter"),
        description: problem ? "" : pick.value,
        alwaysShow: true,
      },
      ...fitting.map((word) => ({ label: `${before}${word}`, alwaysShow: true })),
    ];
  };
  pick.onDidChangeValue(offer);
  offer();
  return new Promise((done) => {
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems;
      if (chosen && chosen !== pick.items[0]) {
        pick.value = chosen.label;
        return offer();
      }
      if (problemOf(pick.value) !== undefined) return;
      done(pick.value.trim());
      pick.hide();
    });
    pick.onDidHide(() => {
      done(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function problemOf(filter: string): string | undefined {
  try {
    parseFilter(filter);
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}

async function askGrouping(now: Grouping): Promise<Grouping | undefined> {
  const labels: Record<Grouping, string> = {
    state: vscode.l10n.t("State"),
    config: vscode.l10n.t("Config"),
    model: vscode.l10n.t("Model"),
    tag: vscode.l10n.t("Tag"),
    none: vscode.l10n.t("Not grouped"),
  };
  const items = GROUPINGS.map((grouping) => ({
    grouping,
    label: labels[grouping],
    description: grouping === now ? vscode.l10n.t("as it is now") : "",
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Group runs by") }))?.grouping;
}

async function reindex(app: App, lists: RunLists): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  for (const { folder, home } of await app.stores.all()) {
    const title = vscode.l10n.t("Rebuilding {0} from its journals; runs go on", folder.name);
    await vscode.window.withProgress({ location, title }, (progress) =>
      home.store.reindex((done, total) =>
        progress.report({
          message: vscode.l10n.t("{0} of {1} runs", done, total),
          increment: 100 / Math.max(1, total),
        }),
      ),
    );
  }
  await lists.refresh();
}
