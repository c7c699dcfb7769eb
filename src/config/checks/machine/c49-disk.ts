import { formatCount, formatFileSize } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { error, type Path } from "../../diagnostic.ts";
import type { ConfigEdit, Fix } from "../../edit/fix.ts";
import { checkpointBytes, checkpointsAtOnce, diskBytes } from "../../estimate/disk.ts";
import type { ModelFacts } from "../../facts/facts.ts";
import type { ResolvedConfig } from "../../types.ts";
import { isWritten, unchecked, type Check, type CheckContext } from "../check.ts";
import { machineOf } from "./machine.ts";

const LIMIT: Path = ["checkpoint", "save_total_limit"];

/** C49: checkpoints and exports do not fit the disk. */
export const c49: Check = {
  id: "C49",
  severity: "error",
  title: "more checkpoints than the disk has room for",
  why: "A checkpoint that does not fit ends the run when it is saved, after the work is done. Kept are the newest ones, the best beside them, and the one that is being written.",
  async run(context) {
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const model = await context.facts.model();
    if (!model.known) return unchecked(model.reason);
    const { diskFreeBytes: free } = machine.facts;
    if (free === null) return unchecked(t("the free space of the disk is not known"));
    const { config } = context;
    const needed = diskBytes(config, model.facts);
    if (needed <= free) return [];
    const message = t(
      "Checkpoints and exports take about {0} at their most ({1} checkpoints of {2}), but {3} is free. Keep fewer, or write `run.output_dir` on another disk.",
      formatFileSize(needed),
      formatCount(checkpointsAtOnce(config)),
      formatFileSize(checkpointBytes(config, model.facts)),
      formatFileSize(free),
    );
    return [error("C49", placeOf(context), message, { fixes: fixesFor(config, model.facts, free) })];
  },
};

/** Fewer checkpoints, smaller ones, and both: what fits. */
function fixesFor(config: ResolvedConfig, model: ModelFacts, free: number): Fix[] {
  const { save_total_limit: limit, save_optimizer: hasOptimizer } = config.checkpoint;
  const fewer = limit > 1 && config.eval.strategy !== "no" ? [keep(1)] : [];
  const smaller = hasOptimizer ? [WITHOUT_OPTIMIZER()] : [];
  const both = fewer.length + smaller.length === 2 ? [together([...fewer, ...smaller])] : [];
  return [...fewer, ...smaller, ...both]
    .filter(({ change }) => diskBytes({ ...config, checkpoint: { ...config.checkpoint, ...change } }, model) <= free)
    .map(({ fix }) => fix);
}

interface Remedy {
  fix: Fix;
  change: Partial<ResolvedConfig["checkpoint"]>;
}

const keep = (limit: number): Remedy => ({
  fix: { title: t("Keep {0} checkpoint beside the best", limit), safe: false, edits: [set(LIMIT, limit)] },
  change: { save_total_limit: limit },
});

const WITHOUT_OPTIMIZER = (): Remedy => ({
  fix: {
    title: t("Save without the optimizer; a run can then not be resumed exactly"),
    safe: false,
    edits: [set(["checkpoint", "save_optimizer"], false)],
  },
  change: { save_optimizer: false },
});

const together = (remedies: readonly Remedy[]): Remedy => ({
  fix: {
    title: t("Keep 1 checkpoint beside the best, and save without the optimizer"),
    safe: false,
    edits: remedies.flatMap(({ fix }) => fix.edits),
  },
  change: Object.assign({}, ...remedies.map(({ change }) => change)) as Remedy["change"],
});

const set = (path: Path, value: unknown): ConfigEdit => ({ kind: "set", path, value });

/** Where the number of checkpoints is written, else the model, whose size it is. */
const placeOf = (context: CheckContext): Path =>
  isWritten(context, "checkpoint.save_total_limit") ? LIMIT : ["model", "name_or_path"];
