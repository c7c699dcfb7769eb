import type { AssistDocument, AssistOptions, Hint, HintKind, Span } from "../types.ts";
import { dataHints } from "./data.ts";
import { defaultHints } from "./defaults.ts";
import { stepHints } from "./steps.ts";
import { trialHints } from "./trials.ts";

const MAKERS: Readonly<
  Record<HintKind, (document: AssistDocument, options: AssistOptions) => Promise<Hint[]> | Hint[]>
> = {
  steps: stepHints,
  data: dataHints,
  defaults: defaultHints,
};

/**
 * Figures between the words of a config, in the order of the text.
 * @param kinds which of them are wanted
 * @param range the stretch that is looked at; all when left out
 */
export async function hintsOf(
  document: AssistDocument,
  options: AssistOptions & { readonly kinds?: readonly HintKind[]; readonly range?: Span } = {},
): Promise<Hint[]> {
  const { kinds = ["steps", "data", "defaults"], range } = options;
  const made =
    document.kind === "sweep"
      ? kinds.includes("steps")
        ? trialHints(document)
        : []
      : (await Promise.all(kinds.map(async (kind) => MAKERS[kind](document, options)))).flat();
  return made
    .filter(({ offset }) => !range || (range.start <= offset && offset <= range.end))
    .toSorted((a, b) => a.offset - b.offset);
}
