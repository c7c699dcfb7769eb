import { UserError } from "../../base/errors.ts";
import { loadClassificationData } from "../../data/classification.ts";
import type { ResolvedConfig } from "../types.ts";
import { known, unknown, type DataFacts, type Known } from "./facts.ts";

/** Check an error of the data reader belongs to; every other one is C14. */
const CHECK_OF: Readonly<Record<string, string>> = {
  "data-text-column-missing": "C15",
  "data-label-column-missing": "C15",
  "data-label-unknown": "C17",
  "data-label-unused": "C17",
  "data-label-mixed": "C17",
  "data-label-many": "C17",
  "data-label-not-a-class": "C17",
  "data-one-class": "C17",
};

/** Reads the data of a config as its run will. Throws the signal's reason when it is aborted. */
export async function readDataFacts(
  config: ResolvedConfig,
  baseDir: string,
  signal?: AbortSignal,
): Promise<Known<DataFacts>> {
  if (config.data.train === "") return unknown("`data.train` is missing");
  if (config.task !== "text-classification") return unknown(`data of ${config.task} is not read by this version`);
  try {
    const found = await loadClassificationData(config, baseDir, signal ? { signal } : {});
    const lengths = found.train.map(({ text }) => text.length).sort((a, b) => a - b);
    const at = (share: number): number => lengths[Math.floor(share * (lengths.length - 1))] ?? 0;
    return known({
      rows: { train: found.train.length, eval: found.eval.length },
      labels: found.labels,
      classCounts: found.classCounts,
      columns: { roles: {}, all: [] },
      shape: null,
      files: found.files,
      sample: [],
      characters: {
        mean: lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length),
        p50: at(0.5),
        p95: at(0.95),
        max: at(1),
      },
      quality: {
        emptyTexts: Number(found.facts["emptyTexts"]),
        emptyAnswers: 0,
        duplicates: 0,
        conflicts: 0,
        overlap: 0,
        sameFile: null,
        chat: { doubleAnswers: 0, endsWithUser: 0, emptyContents: 0, unknownRoles: [] },
        preference: { missing: 0, identical: 0 },
        evalOnlyLabels: [],
      },
      facts: found.facts,
    });
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    const { code, sentence, file } = problem;
    const id = CHECK_OF[code] ?? "C14";
    return {
      known: false,
      reason: "the data cannot be read",
      problem: { id, code, sentence, ...(file === undefined ? {} : { file }) },
    };
  }
}
