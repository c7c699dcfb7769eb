import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { columnFor, listedColumns, usualColumn, usualFor } from "../columns.ts";
import { rowError, shownPath, shownValue } from "../complaint.ts";
import type { DataRow } from "../types.ts";
import { isShareGpt, joinedText, lastTurn, messagesOf, noteFaults } from "./chat.ts";
import type { Columns, NamedColumns, RowReader } from "./reader.ts";

/** How the rows of a causal-lm are written, by the columns named in the config, else by those that are there. */
export function languageReader(table: Columns, named: NamedColumns): RowReader {
  const { columns, file } = table;
  if (named.messages !== undefined) return chatReader(columnFor("messages", named.messages, columns, file));
  if (named.prompt !== undefined || named.completion !== undefined) {
    const answers = ["completion", "response", "answer", "output"];
    const prompt = columnFor("prompt", named.prompt, columns, file, ["prompt", "question", "query", "instruction"]);
    return promptReader(prompt, columnFor("completion", named.completion, columns, file, answers));
  }
  if (named.text !== undefined) return textReader(columnFor("text", named.text, columns, file));
  const found = recognised(columns);
  if (found) return found;
  throw new UserError(
    "data-shape-unknown",
    t(
      "{0} has neither texts (text), nor prompts and answers (prompt, completion), nor instructions (instruction, output), nor conversations (messages, conversations). Its columns are {1}.",
      shownPath(file),
      listedColumns(columns),
    ),
    { file, line: 1, advice: t("Name its columns in `data.columns`: text, prompt and completion, or messages.") },
  );
}

/** A reader for columns with usual names; undefined when these are not there. */
export function recognised(columns: readonly string[]): RowReader | undefined {
  const messages = usualFor("messages", columns);
  if (messages !== undefined) return chatReader(messages);
  const instruction = usualColumn(["instruction"], columns);
  const output = usualColumn(["output", "response"], columns);
  if (instruction !== undefined && output !== undefined) {
    return alpacaReader(instruction, usualColumn(["input"], columns), output);
  }
  const prompt = usualFor("prompt", columns);
  const completion = usualFor("completion", columns);
  if (prompt !== undefined && completion !== undefined) return promptReader(prompt, completion);
  const text = usualFor("text", columns);
  return text === undefined ? undefined : textReader(text);
}

function textReader(text: string): RowReader {
  return {
    roles: { text },
    columns: [text],
    shape: "text",
    read: (row) => ({ text: passageOf(row, text), answer: null }),
  };
}

function promptReader(prompt: string, completion: string): RowReader {
  return {
    roles: { prompt, completion },
    columns: [prompt, completion],
    shape: "prompt-completion",
    read: (row) => ({ text: passageOf(row, prompt), answer: passageOf(row, completion) }),
  };
}

function alpacaReader(instruction: string, input: string | undefined, output: string): RowReader {
  return {
    roles: { prompt: instruction, completion: output },
    columns: [instruction, ...(input === undefined ? [] : [input]), output],
    shape: "alpaca",
    read(row) {
      const more = input === undefined ? undefined : row.values[input];
      const task = passageOf(row, instruction);
      return {
        text: typeof more === "string" && more !== "" ? `${task}\n${more}` : task,
        answer: passageOf(row, output),
      };
    },
  };
}

function chatReader(messages: string): RowReader {
  let isFirst = true;
  return {
    roles: { messages },
    columns: [messages],
    shape: "messages",
    read(row, notes) {
      const value = row.values[messages];
      if (isFirst) {
        isFirst = false;
        if (isShareGpt(value)) this.shape = "sharegpt";
      }
      const spoken = messagesOf(value, row, messages);
      noteFaults(spoken, row, notes);
      return { ...lastTurn(spoken), mayBeEmpty: "text" };
    },
  };
}

/** The text in a cell, or that of a list of messages, which conversational prompts and answers are. */
export function passageOf(row: DataRow, column: string): string {
  const value = row.values[column];
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return joinedText(messagesOf(value, row, column));
  if (value === undefined || value === null) {
    throw rowError(
      "data-text-missing",
      row,
      t("the column {0} has no text.", column),
      t("Every row of a file needs the same columns: fill it in or remove the row."),
    );
  }
  throw rowError(
    "data-text-not-text",
    row,
    t("the column {0} holds {1}, which is not a text.", column, shownValue(value)),
    t("Name the column with the text in `data.columns`, or put the value in quotes."),
  );
}
