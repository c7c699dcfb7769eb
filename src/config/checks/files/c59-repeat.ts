import { t } from "../../../base/l10n.ts";
import { information, type Finding } from "../../diagnostic.ts";
import { runKey } from "../../run-key.ts";
import { isWritten, type Check, type CheckContext } from "../check.ts";
import { setting } from "../text/mend.ts";

const PATH = ["run", "seed"];

/** C59: a run that repeats an earlier one, and a seed that was left to the default. */
export const c59: Check = {
  id: "C59",
  severity: "information",
  title: "a run that repeats an earlier one, or a seed that is not written",
  why: "With the same seed, data and settings a run repeats itself. A seed in the file says so, and shows which runs differ by chance alone.",
  async run(context) {
    const repeated = await repeatedRun(context);
    if (repeated) return [repeated];
    if (isWritten(context, "run.seed")) return [];
    const { seed } = context.config.run;
    const message = t(
      "`run.seed` is not written, so it is {0}: another run of this config and data gives the same losses again. Write another seed to see how much of a result is chance.",
      seed,
    );
    return [information("C59", PATH, message, { fixes: [setting(PATH, seed)] })];
  },
};

/** An earlier run with the same settings on the same data, where the asker knows of any. */
async function repeatedRun({ config, facts }: CheckContext): Promise<Finding | undefined> {
  const earlier = (facts.history ?? []).filter(({ key }) => key !== undefined);
  if (earlier.length === 0) return undefined;
  const data = await facts.data();
  if (!data.known) return undefined;
  const key = runKey(config, data.facts.files);
  const same = earlier.find((run) => run.key === key);
  if (!same) return undefined;
  const message = t(
    "The run {0} had this config and this data, and comes out the same again. Look at that one, or write another `run.seed`.",
    same.name ?? "",
  );
  return information("C59", PATH, message, { fixes: [setting(PATH, config.run.seed + 1)] });
}
