import type { PageCheckpointFolder, PageTable } from "../../messages/tables.ts";
import { checkpointFolders, resumePoint } from "../../runs/checkpoint-folder.ts";
import type { RunStore } from "../../store/port.ts";

/** Answers about logged tables and checkpoints. */
export function tableAnswers(store: RunStore) {
  return {
    table: async ({
      run,
      name,
      step,
    }: {
      run: string;
      name: string;
      step: number | null;
    }): Promise<PageTable | null> => {
      const event = await store.table(run, name, step ?? undefined);
      return event ? { name: event.name, step: event.step, columns: event.columns, rows: event.rows } : null;
    },
    checkpointFolders: async ({
      run,
    }: {
      run: string;
    }): Promise<{ folders: PageCheckpointFolder[]; resumeStep: number | null }> => {
      const record = await store.get(run);
      if (!record) return { folders: [], resumeStep: null };
      return { folders: checkpointFolders(record), resumeStep: resumePoint(record)?.step ?? null };
    },
  };
}
