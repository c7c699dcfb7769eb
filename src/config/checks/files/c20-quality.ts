import { warning } from "../../diagnostic.ts";
import { unchecked, type Check } from "../check.ts";

/** C20: rows that teach nothing. */
export const c20: Check = {
  id: "C20",
  severity: "warning",
  title: "rows without any text",
  why: "An empty text teaches the model nothing but its label's share.",
  async run({ facts }) {
    const data = await facts.data();
    if (!data.known) return data.problem ? [] : unchecked(data.reason);
    const count = data.facts.quality.emptyTexts;
    if (count === 0) return [];
    const message = `${count === 1 ? "One row has" : `${count} rows have`} an empty text. Fill them in or remove them.`;
    return [warning("C20", ["data", "train"], message)];
  },
};
