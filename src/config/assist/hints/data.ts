import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { dataFacts } from "../known.ts";
import { rowsInWords } from "../plan.ts";
import type { AssistDocument, AssistOptions, Hint } from "../types.ts";
import { anchorOf } from "./anchor.ts";

/** How many rows and classes the data has. */
export async function dataHints(document: AssistDocument, options: AssistOptions): Promise<Hint[]> {
  const found = await dataFacts(document, options);
  if (found.isLate || !found.value) return [];
  const { rows, labels } = found.value;
  const classes = labels.length;
  const trained =
    classes === 0 ? rowsInWords(rows.train) : t("{0}, {1} classes", rowsInWords(rows.train), formatCount(classes));
  const hint = (key: string, text: string, tooltip: string): Hint[] => {
    const offset = anchorOf(document, key);
    return offset === undefined ? [] : [{ offset, text, kind: "data", tooltip }];
  };
  const tooltip = t("{0} for training, {1} for evaluation.", rowsInWords(rows.train), formatCount(rows.eval));
  return [
    ...hint("data.train", trained, tooltip),
    ...hint("data.eval", rowsInWords(rows.eval), tooltip),
    ...hint("data.eval_fraction", rowsInWords(rows.eval), tooltip),
  ];
}
