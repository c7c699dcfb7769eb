import { ALL_CHECKS } from "../checks/index.ts";

/** Sections of `docs/config.md` that stand beside the tables. */

export const SILENCING = `## Silencing a check

A comment \`# tuning-fork: ignore C34 because the head is new\` on a line silences that check there; alone on a line it is about the next one, and before \`version:\` about the whole file. Several ids stand with commas: \`ignore C34, C35 because …\`. Without a reason it silences too, and that is told. What would end the run in its first second (C00, C01, C04, C14, C15, C52, C62, C63) cannot be silenced. The run's record lists what was silenced, and why.`;

export const SMOKE = `## Two steps before the real run

What no check can see from outside is tried: \`tuning-fork smoke finetune.yaml\`, or **Validate with 2 Steps** in the editor (C61), trains two optimizer steps of the very config on its own data, evaluates, saves a checkpoint, loads it in a new process and compares the predictions before and after. It is a run in a folder of its own, which is removed afterwards; the time of its second step is kept for estimates, until a real run tells more.`;

export const EDITOR = `## In the editor

Configs are checked while they are typed, by the text at once, by data, model and machine when typing pauses and when a file they name changes on disk, the base of a sweep included. Estimates are corrected by the runs of the folder, and a config that repeats one of them says so (C59).

| setting | what it shows between the words of a config |
| --- | --- |
| \`tuningFork.inlayHints.steps\` | effective batch, steps per epoch and in all, warm-up steps, trials of a sweep |
| \`tuningFork.inlayHints.data\` | rows and classes of the data |
| \`tuningFork.inlayHints.defaults\` | the defaults of keys that are not written |

In a folder that is not trusted no interpreter is run and no program that lies in the folder, so that what only they could tell is said to be unchecked; everything else is checked as ever. A language server that crashes is started again up to four times within three minutes; then a message offers to start it.`;

export const SWEEP_INTRODUCTION = `## Sweeps

A \`*.sweep.yaml\` names a base config and the keys that change. \`method: grid\` tries every combination, the last parameter changing fastest; \`method: random\` draws \`max_runs\` trials, the same ones for the same \`run.seed\` of the base. \`zip\` has sets of values that go together; each set is combined with every other parameter. A parameter takes \`values\`, or \`distribution\` (\`uniform\`, \`log_uniform_values\`, \`int_uniform\`) with \`min\` and \`max\`. Every trial is checked as the resolved config its run would get: what is wrong with one value is told at that value, what only a combination brings about at \`parameters\`, with the trial that has it. This version checks sweeps; starting all their runs comes with a later one.`;

/** Numbers of the plan of checks that no module has, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  C61: "is the run of two steps above: only a run can tell.",
};

/** What is not among the checks, and why; empty when every one is. */
export function notChecked(): string {
  const known = new Set(ALL_CHECKS.map(({ id }) => id));
  const numbers = Array.from({ length: 63 }, (_, index) => `C${String(index).padStart(2, "0")}`);
  const missing = numbers.filter((id) => !known.has(id)).map((id) => `- ${id} ${ELSEWHERE[id] ?? "is not in use."}`);
  return missing.length === 0 ? "" : `Not in the table:\n\n${missing.join("\n")}`;
}
