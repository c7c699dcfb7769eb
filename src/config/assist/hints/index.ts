import type { AssistDocument, AssistOptions, Hint, HintKind, Span } from "../types.ts";
import { dataHints } from "./data.ts";
import { defaultHints } from "./defaults.ts";
import { stepHints } from "./steps.ts";

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
  if (document.kind === "sweep") return [];
  const { kinds = ["steps", "data", "defaults"], range } = options;
  const made = await Promise.all(kinds.map(async (kind) => MAKERS[kind](document, options)));
  return made
    .flat()
    .filter(({ offset }) => !range || (range.start <= offset && offset <= range.end))
    .toSorted((a, b) => a.offset - b.offset);
}
