import type { RunRecord } from "../../runs/model.ts";

/** Answers about what a run depends on. */
export function environmentAnswers(record: () => Promise<RunRecord>) {
  return {
    environment: async () => {
      const { environment, facts, process } = await record();
      return { environment, facts, process: { ...process }, hasPatch: false };
    },
  };
}
