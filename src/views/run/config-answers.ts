import type { RunRecord } from "../../runs/model.ts";

/** Answers about a run's config. */
export function configAnswers(record: () => Promise<RunRecord>) {
  return {
    config: async () => ({ file: (await record()).configFile, source: "", entries: [], nowProblem: null }),
  };
}
