import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { usualFor } from "../../data/columns.ts";
import type { FileDescription } from "../../data/describe-file.ts";
import { recognised } from "../../data/scan/language.ts";
import { pairReader } from "../../data/scan/pairs.ts";
import { preferenceReader } from "../../data/scan/preference.ts";
import { tokenReader } from "../../data/scan/tokens.ts";
import type { ColumnRole } from "../facts/facts.ts";
import type { ResolvedConfig } from "../types.ts";

export type Task = ResolvedConfig["task"];

/** What can be learnt from a data file: a task, and for `causal-lm` the shape of its rows. */
export type Goal = "classify" | "tag" | "chat" | "answer" | "continue" | "prefer" | "embed";

export type Roles = Partial<Record<ColumnRole, string>>;

/** A goal, and how a data file serves it. */
export interface GoalChoice {
  goal: Goal;
  task: Task;
  /** Columns by role, as the trainer would read them; undefined when they are not recognised. */
  columns: Roles | undefined;
  /** They are found without being named, and naming them would lose one (`input` beside `instruction` and `output`). */
  isByName: boolean;
}

interface GoalKind {
  task: Task;
  /** Roles that have to be known. */
  roles: readonly ColumnRole[];
  find(file: Described): Roles | undefined;
}

interface Described extends FileDescription {
  file: string;
}

/** The order in which goals are tried: what is told by more columns comes first. */
const KINDS: Readonly<Record<Goal, GoalKind>> = {
  prefer: {
    task: "preference",
    roles: ["chosen", "rejected"],
    find: (described) => readable(() => preferenceReader(described, {}).roles),
  },
  tag: {
    task: "token-classification",
    roles: ["tokens", "label"],
    find: (described) => {
      const roles = readable(() => tokenReader(described, {}).roles);
      const areLists = [roles?.tokens, roles?.label].every((name) => described.listColumns.includes(name ?? ""));
      return areLists ? roles : undefined;
    },
  },
  chat: {
    task: "causal-lm",
    roles: ["messages"],
    find({ columns, listColumns }) {
      const messages = usualFor("messages", columns);
      return messages !== undefined && listColumns.includes(messages) ? { messages } : undefined;
    },
  },
  answer: {
    task: "causal-lm",
    roles: ["prompt", "completion"],
    find: ({ columns }) => {
      const roles = recognised(columns.filter((name) => name !== usualFor("messages", columns)))?.roles;
      return roles?.prompt === undefined ? undefined : roles;
    },
  },
  classify: {
    task: "text-classification",
    roles: ["text", "label"],
    find: ({ textColumn: text, labelColumn: label }) =>
      text === undefined || label === undefined ? undefined : { text, label },
  },
  embed: {
    task: "embedding",
    roles: ["text", "completion"],
    find: (described) => {
      const roles = readable(() => pairReader(described, {}).roles);
      return roles?.completion === undefined ? undefined : roles;
    },
  },
  continue: {
    task: "causal-lm",
    roles: ["text"],
    find: ({ textColumn: text }) => (text === undefined ? undefined : { text }),
  },
};

/** Roles that have to be known for a goal. */
export const rolesOf = (goal: Goal): readonly ColumnRole[] => KINDS[goal].roles;

/** What a data file can be used for: first what its columns tell, the likeliest first, then everything else. */
export function goalsFor(file: string, description: FileDescription): GoalChoice[] {
  const described: Described = { ...description, file };
  const all = (Object.keys(KINDS) as Goal[]).map((goal): GoalChoice => {
    const columns = KINDS[goal].find(described);
    const isAlpaca = goal === "answer" && columns?.prompt?.toLowerCase() === "instruction";
    const isByName = isAlpaca && description.columns.some((name) => name.toLowerCase() === "input");
    return { goal, task: KINDS[goal].task, columns, isByName };
  });
  // Pairs may repeat a text so often that it looks like a class, which a class that is called so never is by chance.
  const isPair = all.some(({ goal, columns }) => goal === "embed" && columns !== undefined);
  const rank = ({ goal, columns }: GoalChoice): number => {
    if (columns === undefined) return 2;
    return goal === "classify" && isPair && usualFor("label", description.columns) === undefined ? 1 : 0;
  };
  return all.toSorted((a, b) => rank(a) - rank(b));
}

/** What the reader of a task finds; undefined where it finds its columns not. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (problem) {
    if (problem instanceof UserError) return undefined;
    throw problem;
  }
}

/** A goal in words, for lists. */
export function goalTitle(goal: Goal): string {
  switch (goal) {
    case "classify":
      return t("Classify texts");
    case "tag":
      return t("Label the tokens of texts");
    case "chat":
      return t("Answer in conversations");
    case "answer":
      return t("Answer prompts");
    case "continue":
      return t("Continue texts");
    case "prefer":
      return t("Prefer better answers");
    case "embed":
      return t("Compare texts by embeddings");
  }
}

/** Why a goal is offered: the columns it was told by, or what it would need. */
export function goalReason({ goal, columns }: GoalChoice): string {
  if (columns) {
    const names = Object.values(columns).map((name) => `\`${name}\``);
    return t("by its columns {0}", names.join(", "));
  }
  return t("asks for its columns: {0}", rolesOf(goal).join(", "));
}
