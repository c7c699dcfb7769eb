import { parseAst } from "vitest/node";

/** A node of a syntax tree, as far as it is looked at here. */
interface Syntax {
  type: string;
  name?: string;
  value?: unknown;
  callee?: Syntax;
  arguments?: Syntax[];
  properties?: { key?: Syntax; value?: Syntax }[];
  property?: Syntax;
  quasis?: { value: { cooked: string } }[];
  id?: Syntax;
  init?: Syntax | null;
}

/** Messages and advices of `new UserError(` in a source that are sentences outside `t(`: English in every language. */
export function bareSentences(source: string): string[] {
  if (!source.includes("new UserError(")) return [];
  const nodes = [...nodesIn(parseAst(source, { lang: "ts" }))];
  const given = nodes.flatMap(({ type, callee, arguments: [, message, at] = [] }) => {
    if (type !== "NewExpression" || callee?.name !== "UserError") return [];
    return [message, at?.properties?.find(({ key }) => key?.name === "advice")?.value];
  });
  // What is given by a name is looked for where the file gives the name its value.
  const values = given.flatMap((node) =>
    node?.type === "Identifier" ? nodes.filter(({ id }) => id?.name === node.name).map(({ init }) => init) : [node],
  );
  const texts = [...nodesIn(values)].map(({ value, quasis }) =>
    quasis ? quasis.map(({ value: { cooked } }) => cooked).join("…") : value,
  );
  return texts.filter((text): text is string => typeof text === "string" && /\p{L}/u.test(text) && text.includes(" "));
}

/** A node and all below it, but for calls of `t`. */
function* nodesIn(value: unknown): Generator<Syntax> {
  if (typeof value !== "object" || value === null) return;
  if ("type" in value) {
    const node = value as Syntax;
    if (node.type === "CallExpression" && (node.callee?.name ?? node.callee?.property?.name) === "t") return;
    yield node;
  }
  for (const part of Object.values(value)) yield* nodesIn(part);
}
