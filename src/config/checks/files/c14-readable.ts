import { UserError } from "../../../base/errors.ts";
import { dataFiles } from "../../../data/locations.ts";
import { error, keyOf, type Finding } from "../../diagnostic.ts";
import type { Check, CheckContext } from "../check.ts";
import { dataProblem } from "./problem.ts";

/** C14: the data can be read. */
export const c14: Check = {
  id: "C14",
  severity: "error",
  title: "data that is missing, empty, unreadable, or broken in a row",
  why: "A run reads all its rows before the first step; a broken one ends it there, and an empty file trains nothing.",
  async run(context) {
    const found = await dataProblem("C14", context);
    return Array.isArray(found) && found.length > 0 ? [...found, ...alsoMissing(context, found)] : found;
  },
};

/** Other entries that are not there: reading ends at the first. */
function alsoMissing({ config: { data }, baseDir }: CheckContext, found: readonly Finding[]): Finding[] {
  if (data.format === "hf") return [];
  const told = new Set(found.map(({ path }) => keyOf(path)));
  return (["train", "eval"] as const).flatMap((part) => {
    const spec = data[part];
    const entries = spec === null ? [] : [spec].flat();
    return entries.flatMap((entry, index) => {
      const path = Array.isArray(spec) ? ["data", part, index] : ["data", part];
      if (entry === "" || told.has(keyOf(path))) return [];
      try {
        dataFiles(entry, baseDir);
        return [];
      } catch (problem) {
        if (!(problem instanceof UserError)) throw problem;
        return [error("C14", path, problem.sentence)];
      }
    });
  });
}
