import { t } from "../../../base/l10n.ts";
import { GROUPS } from "../../schema.ts";
import { code } from "../../schema/words.ts";
import { absentKeys, type AbsentKey } from "../absent.ts";
import { lineEnd } from "../cursor/words.ts";
import { shortValue } from "../describe.ts";
import { pairAt, spanOf } from "../places.ts";
import type { AssistDocument, Hint } from "../types.ts";

/** Most characters of the defaults shown at the end of a line; the tooltip has the others. */
const LONGEST = 60;

/** One quiet hint for each group: the keys that are not written, with the values that hold instead. */
export function defaultHints(document: AssistDocument): Hint[] {
  return Object.keys(GROUPS).flatMap((group) => {
    const absent = absentKeys(document, [group]);
    const offset = absent.length === 0 ? undefined : endOfGroupLine(document, group);
    if (offset === undefined) return [];
    const rows = absent.map(({ name, value }) => `- ${code(name)}: ${code(shortValue(value))}`);
    const tooltip = `${t("Not written, so the defaults hold:")}\n\n${rows.join("\n")}`;
    return [{ offset, text: t("default: {0}", shown(absent)), kind: "defaults", tooltip }];
  });
}

function shown(absent: readonly AbsentKey[]): string {
  const texts: string[] = [];
  let length = 0;
  for (const { name, value } of absent) {
    const text = `${name} ${shortValue(value)}`;
    length += text.length + 2;
    if (length > LONGEST && texts.length > 0) return `${texts.join(", ")}, …`;
    texts.push(text);
  }
  return texts.join(", ");
}

/** The end of the line on which a group begins. */
function endOfGroupLine({ parsed }: AssistDocument, group: string): number | undefined {
  const pair = pairAt(parsed.document, [group]);
  if (!pair) return undefined;
  const { source } = parsed;
  const { end } = spanOf(source, pair.key);
  const line = source.slice(end, lineEnd(source, end));
  return end + line.trimEnd().length;
}
