const CANDIDATES = [",", ";", "\t", "|"] as const;

/** Records looked at. */
const SAMPLE = 50;

/**
 * The delimiter of a CSV text, from its beginning: the one that cuts the most records into as many fields as the header,
 * at least two; among equals the one that gives more fields. A comma when none does. Delimiters within quotes do not count.
 */
export function sniffDelimiter(head: string): string {
  let best = { delimiter: ",", agreement: 0, fields: 1 };
  for (const delimiter of CANDIDATES) {
    const [header = 0, ...rest] = fieldCounts(head, delimiter);
    if (header < 2) continue;
    const agreement = rest.length === 0 ? 1 : rest.filter((count) => count === header).length / rest.length;
    const isBetter = agreement > best.agreement || (agreement === best.agreement && header > best.fields);
    if (isBetter || best.fields === 1) best = { delimiter, agreement, fields: header };
  }
  return best.delimiter;
}

/** Fields of each of the first records. The last record of the text may be cut off and is left out unless it is alone. */
function fieldCounts(head: string, delimiter: string): number[] {
  const counts: number[] = [];
  let fields = 1;
  let isQuoted = false;
  let isEmpty = true;
  for (const character of head) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) fields++;
    else if (character === "\n" && !isQuoted) {
      if (!isEmpty) counts.push(fields);
      if (counts.length === SAMPLE) return counts;
      [fields, isEmpty] = [1, true];
      continue;
    }
    isEmpty = false;
  }
  return counts.length === 0 ? [fields] : counts;
}
