import type { CompareView, PageComparedRun } from "../../../../src/messages/compare-page.ts";
import type { MetricView } from "../../../../src/messages/run-view.ts";
import { comparisonOf, type Comparison } from "../../../../webview-ui/compare/runs.ts";

export const metric = (more: Partial<MetricView>): MetricView => ({
  last: 0,
  lastStep: 0,
  min: null,
  minStep: null,
  max: null,
  maxStep: null,
  count: 1,
  goal: null,
  ...more,
});

let serial = 0;

/** A run as the host tells of it; `best`: the metric it is judged by. */
export function run({
  best,
  ...more
}: Partial<Omit<PageComparedRun, "best">> & { best?: string } = {}): PageComparedRun {
  const id = `run-${++serial}`;
  const metrics = more.metrics ?? {};
  const name = best ?? Object.keys(metrics).find((one) => one.startsWith("eval/"));
  const judged = name === undefined ? undefined : metrics[name];
  const [value, step] = judged?.goal === "max" ? [judged.max, judged.maxStep] : [judged?.min, judged?.minStep];
  const isKnown = value !== undefined && value !== null && step !== undefined && step !== null;
  return {
    id,
    name: id,
    slot: 1,
    state: "finished",
    cause: "",
    createdMs: 0,
    startedMs: 0,
    endedMs: 1,
    tags: [],
    note: "",
    starred: false,
    trashed: false,
    task: "text-classification",
    model: "m",
    method: "full",
    configFile: "/project/finetune.yaml",
    parent: null,
    progress: { step: 10, total: 10, epoch: 1 },
    epochs: null,
    stepsPerEpoch: null,
    segments: [],
    checkpoints: [],
    durationMs: null,
    stepsPerSecond: null,
    peakMemory: null,
    evaluations: 0,
    bestStep: null,
    trainRows: null,
    evalRows: null,
    seed: null,
    data: null,
    code: null,
    metrics,
    best: isKnown ? { metric: name!, value, step, timeMs: null } : null,
    ...more,
  };
}

interface Choices {
  chosen?: string;
  baseline?: string;
  pinned?: string[];
  finals?: CompareView["finals"];
  config?: CompareView["config"];
}

export function comparison(runs: PageComparedRun[], choices: Choices = {}): Comparison {
  const view: CompareView = {
    runs,
    missing: [],
    baseline: choices.baseline ?? runs[0]!.id,
    config: choices.config ?? [],
    environment: [],
    finals: choices.finals ?? [],
  };
  return comparisonOf(view, choices.chosen, new Set(choices.pinned))!;
}
