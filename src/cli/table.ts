import { textWidth } from "./terminal.ts";

export interface Column {
  title: string;
  /** Figures stand right, so that their digits are below each other. */
  align?: "left" | "right";
}

const pad = (text: string, width: number, align: Column["align"]): string => {
  const space = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "right" ? space + text : text + space;
};

/**
 * Lines of a table with aligned columns, two spaces between them, a heading line first (`heading` styles it).
 * Cells may hold colour sequences. Nothing is cut; lines carry no trailing spaces.
 */
export function tableLines(
  columns: Column[],
  rows: string[][],
  heading: (text: string) => string = (text) => text,
): string[] {
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[index] ?? ""))),
  );
  const line = (cells: string[]): string =>
    columns
      .map((column, index) => pad(cells[index] ?? "", widths[index] ?? 0, column.align))
      .join("  ")
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map((row) => line(row))].map((text, index) =>
    index === 0 ? heading(text) : text,
  );
}

/** Lines of `key  value` pairs with aligned values. */
export function pairLines(pairs: [string, string][], key: (text: string) => string = (text) => text): string[] {
  const width = Math.max(0, ...pairs.map(([name]) => textWidth(name)));
  return pairs.map(([name, value]) => `${key(pad(name, width, "left"))}  ${value}`.trimEnd());
}
