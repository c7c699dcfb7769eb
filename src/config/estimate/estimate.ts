import { t } from "../../base/l10n.ts";
import type { DataFacts, MachineFacts, ModelFacts } from "../facts/facts.ts";
import type { ResolvedConfig } from "../types.ts";
import { corrected } from "./corrected.ts";
import { diskBytes } from "./disk.ts";
import { gpuMemory } from "./gpu-memory.ts";
import { hostMemory } from "./host-memory.ts";
import { CHARACTERS_PER_TOKEN, type RowLengths } from "./lengths.ts";
import { familyOf, lengthLimit } from "./recipe.ts";
import type { Estimate, RecordedEstimate, RecordedPeak, RecordedRun } from "./types.ts";
import { acceleratorOf, wallTime } from "./wall-time.ts";
import { workOf } from "./work.ts";

/** What is known of a config's world. What is left out is not known. */
export interface EstimateInput {
  data?: DataFacts | undefined;
  model?: ModelFacts | undefined;
  machine?: MachineFacts | undefined;
  /** Facts of `method.teacher`. */
  teacher?: ModelFacts | undefined;
  /** Rows as the model's tokenizer counts them; guessed from characters where left out. */
  lengths?: RowLengths | undefined;
  /** Earlier runs on this machine. */
  history?: readonly RecordedRun[] | undefined;
  /** Why something is not known, a sentence without a full stop. */
  reasons?: { data?: string | undefined; model?: string | undefined };
}

/** What a run of a config will take: pure, from what is known. Sources and limits stand in `docs/memory.md`. */
export function estimate(config: ResolvedConfig, input: EstimateInput): Estimate {
  const { data, machine, teacher, history = [], reasons = {} } = input;
  // Without its sizes, nothing can be said of a model.
  const model = input.model && input.model.parameters > 0 ? input.model : undefined;
  const lengths = input.lengths ?? (data && fromCharacters(data));
  const work = workOf(config, data, lengths, lengthLimit(config, model));
  const labels = data && data.labels.length > 0 ? data.labels.length : null;
  const noModel =
    reasons.model ?? (input.model ? t("the sizes of the model are not known") : t("the model is not known"));
  const noData = reasons.data ?? t("the data is not known");
  const unknown: Estimate["unknown"] = [
    ...(work.samples === null ? [{ what: "work" as const, reason: noData }] : []),
    ...(model
      ? []
      : (["gpuMemory", "hostMemory", "disk"] as const)
          .filter((what) => what !== "gpuMemory" || config.model.framework !== "tfjs")
          .map((what) => ({ what, reason: noModel }))),
  ];
  const seconds = wallTime(config, { model, machine, work }, history);
  if (!model) return { work, gpuMemory: null, hostMemoryBytes: null, diskBytes: null, seconds, unknown };
  const step = { config, model, machine, teacher, tokens: work.longestRow, labels, data };
  const plain: Estimate = {
    work,
    gpuMemory: config.model.framework === "tfjs" ? null : gpuMemory(step),
    hostMemoryBytes: Math.round(hostMemory(step)),
    diskBytes: Math.round(diskBytes(config, model, labels ?? undefined)),
    seconds,
    unknown,
  };
  const kind = { accelerator: acceleratorOf(config, machine), family: familyOf(config) };
  return corrected(plain, kind, peaksOf(history));
}

/** What is kept of an estimate with its run. */
export const toRecord = ({ gpuMemory: memory, work }: Estimate): RecordedEstimate => ({
  gpuPeakBytes: memory && Math.round(memory.peakBytes / (memory.correction?.factor ?? 1)),
  tokensPerStep: work.tokensPerStep,
});

/** The recorded runs whose measured peak can be held against their estimate. */
const peaksOf = (history: readonly RecordedRun[]): RecordedPeak[] =>
  history.flatMap(({ family, accelerator, estimatedBytes, peakBytes }) =>
    estimatedBytes === null || peakBytes === null ? [] : [{ family, accelerator, estimatedBytes, peakBytes }],
  );

/** Lengths of the sampled rows, four characters a token. */
export function fromCharacters({ sample, characters }: DataFacts): RowLengths | undefined {
  const tokens = (length: number): number => Math.ceil(length / CHARACTERS_PER_TOKEN);
  const lengths =
    sample.length > 0
      ? sample.map(({ text, answer }) => tokens(text.length + (answer?.length ?? 0)))
      : [characters.p50, characters.p95].filter((length) => length > 0).map(tokens);
  return lengths.length === 0
    ? undefined
    : { sample: lengths, longest: tokens(characters.max), countedBy: "characters" };
}
