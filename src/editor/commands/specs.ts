/**
 * Every command of the extension: the one table. `scripts/generate.mjs` writes package.json's commands, menus and
 * keybindings from it; `handlers.ts` has a handler for each. Knows nothing of the editor, so that scripts and tests can read it.
 * The title of `name` is the key `command.<name>` of package.nls.json.
 */

/** Where a command is offered beside the palette. */
export interface MenuPlace {
  menu: string;
  when?: string;
  group?: string;
}

export interface CommandSpec {
  icon?: string;
  enablement?: string;
  /** When the palette offers it; `false` = never: it needs an argument that only a view or page can give. */
  palette?: string | false;
  menus?: readonly MenuPlace[];
  keys?: readonly { key: string; mac?: string; when: string; args?: typeof KEYED }[];
}

/** What a key gives a command in place of an item of the explorer: the command is about those the explorer says. */
export const KEYED = { keyed: true } as const;

/** Prefix of every id. */
export const PREFIX = "tuningFork.";

const RUNS = "view == tuningFork.runs";
/** A run has the focus: groups and folders fold. */
const FOCUS = "focusedView == tuningFork.runs && !inputFocus && !treeElementCanExpand && !treeElementCanCollapse";
const CONFIG = "resourceFilename =~ /(^|\\.)finetune\\.ya?ml$/";
/** A file that may be another tool's config: ours has nothing to import. */
const FOREIGN = "resourceFilename =~ /^(?!(.*\\.)?finetune\\.ya?ml$).*\\.(ya?ml|json)$/";
const TRUSTED = "isWorkspaceTrusted";
const HAS_RUNS = "tuningFork.hasRuns";

/** A place in the context menu of a run that has all the abilities named (`explorer/abilities.ts`). */
const onRun = (group: string, ...abilities: string[]): MenuPlace => ({
  menu: "view/item/context",
  when: [RUNS, "viewItem =~ /,run,/", ...abilities.map((ability) => `viewItem =~ /,${ability},/`)].join(" && "),
  group,
});
/** The same of what is done with one run alone: with several selected it is not offered. */
const onOne = (group: string, ...abilities: string[]): MenuPlace => {
  const place = onRun(group, ...abilities);
  return { ...place, when: `${place.when} && !listMultiSelection` };
};
const title = (group: string, when = RUNS): MenuPlace => ({ menu: "view/title", when, group });

export const COMMANDS = {
  startFineTune: {
    icon: "$(play)",
    menus: [
      title("navigation@1"),
      { menu: "editor/title/run", when: CONFIG, group: "1_run@1" },
      { menu: "explorer/context", when: CONFIG, group: "2_run@1" },
      { menu: "view/item/context", when: "view == tuningFork.configs && viewItem =~ /,config,/", group: "inline@1" },
      { menu: "view/item/context", when: "view == tuningFork.configs && viewItem =~ /,config,/", group: "1_run@1" },
    ],
    keys: [{ key: "ctrl+alt+f5", mac: "cmd+alt+f5", when: `editorTextFocus && ${CONFIG}` }],
  },
  startWithOverrides: {
    icon: "$(run-with-deps)",
    menus: [
      { menu: "editor/title/run", when: CONFIG, group: "1_run@2" },
      { menu: "explorer/context", when: CONFIG, group: "2_run@2" },
      { menu: "view/item/context", when: "view == tuningFork.configs && viewItem =~ /,config,/", group: "1_run@2" },
    ],
  },
  importConfig: {
    icon: "$(arrow-down)",
    menus: [{ menu: "explorer/context", when: FOREIGN, group: "2_run@3" }],
  },
  newConfig: { icon: "$(new-file)", menus: [title("navigation@1", "view == tuningFork.configs")] },
  validateConfig: {
    icon: "$(check)",
    menus: [
      { menu: "view/item/context", when: "view == tuningFork.configs && viewItem =~ /,config,/", group: "1_run@3" },
    ],
  },
  estimateConfig: {
    icon: "$(dashboard)",
    menus: [
      { menu: "editor/title/run", when: CONFIG, group: "1_run@3" },
      { menu: "view/item/context", when: "view == tuningFork.configs && viewItem =~ /,config,/", group: "1_run@4" },
    ],
  },
  smokeRun: {
    icon: "$(beaker)",
    menus: [
      { menu: "editor/title/run", when: CONFIG, group: "1_run@4" },
      { menu: "view/item/context", when: "view == tuningFork.configs && viewItem =~ /,config,/", group: "1_run@5" },
    ],
  },
  createEnvironment: {
    icon: "$(package)",
    enablement: TRUSTED,
    menus: [
      { menu: "editor/title/run", when: CONFIG, group: "2_environment@1" },
      { menu: "view/item/context", when: "view == tuningFork.configs && viewItem =~ /,config,/", group: "2_python@1" },
    ],
  },
  openConfig: { icon: "$(go-to-file)", palette: false },

  openRun: { icon: "$(graph-line)", palette: HAS_RUNS, menus: [onRun("1_open@1")] },
  previewRun: { palette: false, keys: [{ key: "space", when: FOCUS, args: KEYED }] },
  stopRun: {
    icon: "$(debug-stop)",
    palette: "tuningFork.liveRuns > 0",
    menus: [onRun("inline@1", "stop"), onRun("2_run@1", "stop")],
  },
  stopRunNow: {
    icon: "$(stop-circle)",
    palette: "tuningFork.liveRuns > 0",
    menus: [onRun("inline@1", "stopNow"), onRun("2_run@1", "stopNow")],
  },
  resumeRun: {
    icon: "$(debug-continue)",
    palette: HAS_RUNS,
    enablement: TRUSTED,
    menus: [onRun("inline@1", "resume"), onOne("2_run@2", "resume")],
  },
  rerunRun: { icon: "$(debug-restart)", palette: HAS_RUNS, enablement: TRUSTED, menus: [onOne("2_run@3", "rerun")] },
  forkRun: { icon: "$(repo-forked)", palette: HAS_RUNS, enablement: TRUSTED, menus: [onOne("2_run@4", "fork")] },
  compareRuns: {
    icon: "$(git-compare)",
    palette: HAS_RUNS,
    menus: [onRun("3_compare@1")],
  },
  setBaseline: { icon: "$(pin)", palette: HAS_RUNS, menus: [onRun("3_compare@2", "notBaseline")] },
  clearBaseline: { icon: "$(pinned)", palette: HAS_RUNS, menus: [onRun("3_compare@2", "baseline")] },
  diffCode: {
    icon: "$(diff)",
    palette: HAS_RUNS,
    menus: [{ ...onRun("3_compare@3"), when: `${onRun("").when} && (listDoubleSelection || !listMultiSelection)` }],
  },
  diffConfig: {
    icon: "$(diff)",
    palette: HAS_RUNS,
    menus: [onRun("3_compare@4")],
  },
  renameRun: {
    icon: "$(edit)",
    palette: HAS_RUNS,
    menus: [onOne("4_edit@1")],
    keys: [{ key: "f2", when: `${FOCUS} && !listMultiSelection`, args: KEYED }],
  },
  tagRun: { icon: "$(tag)", palette: HAS_RUNS, menus: [onRun("4_edit@2")] },
  noteRun: { icon: "$(note)", palette: HAS_RUNS, menus: [onOne("4_edit@3")] },
  starRun: { icon: "$(star-empty)", palette: HAS_RUNS, menus: [onRun("4_edit@4", "unstarred")] },
  unstarRun: { icon: "$(star-full)", palette: HAS_RUNS, menus: [onRun("4_edit@4", "starred")] },
  exportRun: { icon: "$(export)", palette: HAS_RUNS, menus: [onOne("5_take@1")] },
  copyRunForAi: { icon: "$(sparkle)", palette: HAS_RUNS, menus: [onRun("5_take@2")] },
  copyRunId: { icon: "$(copy)", palette: HAS_RUNS, menus: [onRun("5_take@3")] },
  openRunLog: { icon: "$(output)", palette: HAS_RUNS, menus: [onRun("1_open@2")] },
  openRunConfig: { icon: "$(file-code)", palette: HAS_RUNS, menus: [onRun("1_open@3")] },
  revealRunFolder: { icon: "$(folder-opened)", palette: HAS_RUNS, menus: [onRun("1_open@4")] },
  deleteRun: {
    icon: "$(trash)",
    palette: HAS_RUNS,
    menus: [onRun("9_delete@1", "delete")],
    keys: [{ key: "delete", mac: "cmd+backspace", when: `${FOCUS} && !tuningFork.trashShown`, args: KEYED }],
  },
  restoreRun: { icon: "$(discard)", palette: HAS_RUNS, menus: [onRun("9_delete@1", "restore")] },
  removeRun: {
    icon: "$(trash)",
    palette: HAS_RUNS,
    menus: [onRun("9_delete@2", "restore")],
    keys: [{ key: "delete", mac: "cmd+backspace", when: `${FOCUS} && tuningFork.trashShown`, args: KEYED }],
  },

  forkCheckpoint: { palette: false },
  pinCheckpoint: { palette: false },
  unpinCheckpoint: { palette: false },
  revealCheckpoint: { palette: false },
  copyCheckpointPath: { palette: false },
  deleteCheckpoint: { palette: false },
  evaluateCheckpoint: { palette: false },
  predictCheckpoint: { palette: false },

  refreshRuns: { icon: "$(refresh)", menus: [title("navigation@9")] },
  filterRuns: {
    icon: "$(filter)",
    palette: HAS_RUNS,
    menus: [title("navigation@3", `${RUNS} && !tuningFork.filtered`)],
    keys: [{ key: "ctrl+alt+f", mac: "cmd+alt+f", when: "focusedView == tuningFork.runs" }],
  },
  clearFilter: {
    icon: "$(filter-filled)",
    palette: "tuningFork.filtered",
    menus: [title("navigation@3", `${RUNS} && tuningFork.filtered`)],
  },
  groupRuns: { icon: "$(list-tree)", palette: HAS_RUNS, menus: [title("1_view@1")] },
  showTrash: { palette: "!tuningFork.trashShown", menus: [title("1_view@2", `${RUNS} && !tuningFork.trashShown`)] },
  hideTrash: { palette: "tuningFork.trashShown", menus: [title("1_view@2", `${RUNS} && tuningFork.trashShown`)] },
  reindexRuns: { palette: HAS_RUNS, menus: [title("2_store@1")] },
  doctor: { icon: "$(pulse)", menus: [title("navigation@1", "view == tuningFork.machine")] },
  copyCommand: { palette: false },
  typeCommand: { palette: false },
  muteAlert: { palette: false },
  unmuteAlerts: { palette: "tuningFork.muted" },
  showLog: {},
  openWalkthrough: {},
} as const satisfies Record<string, CommandSpec>;

/** A command's name: its id without the prefix. */
export type CommandName = keyof typeof COMMANDS;
