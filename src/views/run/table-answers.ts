import type { PageTable } from "../../messages/tables.ts";
import type { RunStore } from "../../store/port.ts";

/** Answers about logged tables. */
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
  };
}
