import { t } from "../../base/l10n.ts";
import { jsonText, rowError, shownValue } from "../complaint.ts";
import type { DataRow } from "../types.ts";
import type { Notes } from "./reader.ts";

/** Who speaks, by the names that the usual forms of chat data give them. */
const ASSISTANTS = new Set(["assistant", "gpt", "chatgpt", "model", "function_call", "tool_calls"]);
const USERS = new Set(["user", "human"]);
const OTHERS = new Set(["system", "developer", "tool", "function", "function_response", "observation", "ipython"]);

export interface Message {
  role: string;
  content: string;
  /** Says something by calling a tool. */
  hasCall: boolean;
}

/** The messages in a cell: objects with `role` and `content`, or `from` and `value`; also as JSON in a text cell. */
export function messagesOf(value: unknown, row: DataRow, column: string): Message[] {
  const list = typeof value === "string" ? parsed(value) : value;
  if (!Array.isArray(list)) {
    const held = value === undefined || value === null ? t("nothing") : shownValue(value);
    throw malformed(row, t("the column {0} holds {1}, not a list of messages.", column, held));
  }
  return list.map((entry: unknown) => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
      throw malformed(row, t("the column {0} lists {1}, which is not a message.", column, shownValue(entry)));
    }
    const message = entry as Record<string, unknown>;
    const calls = message["tool_calls"] ?? message["function_call"];
    const role = message["role"] ?? message["from"] ?? "";
    return {
      role: typeof role === "string" ? role : jsonText(role),
      content: contentOf(message["content"] ?? message["value"]),
      hasCall: calls !== undefined && calls !== null,
    };
  });
}

/** Whether the rows are in ShareGPT's form (`from` and `value`) by the first message of a cell. */
export function isShareGpt(value: unknown): boolean {
  const list = typeof value === "string" ? parsed(value) : value;
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return typeof first === "object" && first !== null && "from" in first && !("role" in first);
}

/** Notes what is wrong with a conversation (C21). */
export function noteFaults(messages: readonly Message[], { file, row }: DataRow, { quality }: Notes): void {
  const { chat, first } = quality;
  const spoken = messages.filter(({ role }) => role !== "system" && role !== "developer");
  const kinds = spoken.map(({ role }) => (ASSISTANTS.has(role) ? "assistant" : USERS.has(role) ? "user" : "other"));
  if (kinds.some((kind, index) => kind === "assistant" && kinds[index - 1] === "assistant")) {
    chat.doubleAnswers++;
    first.doubleAnswer ??= { file, row };
  }
  if (kinds.at(-1) === "user") {
    chat.endsWithUser++;
    first.endsWithUser ??= { file, row };
  }
  if (messages.length === 0 || messages.some(({ content, hasCall }) => content.trim() === "" && !hasCall)) {
    chat.emptyContents++;
    first.emptyContent ??= { file, row };
  }
  for (const { role } of messages) {
    if (ASSISTANTS.has(role) || USERS.has(role) || OTHERS.has(role) || chat.unknownRoles.includes(role)) continue;
    if (chat.unknownRoles.length < MOST_ROLES) chat.unknownRoles.push(role);
    first.unknownRole ??= { file, row };
  }
}

const MOST_ROLES = 10;

/** A conversation as what comes before the last answer, and that answer; the answer is empty when there is none. */
export function lastTurn(messages: readonly Message[]): { text: string; answer: string } {
  const last = messages.findLastIndex(({ role }) => ASSISTANTS.has(role));
  const before = last < 0 ? messages : messages.slice(0, last);
  return { text: joinedText(before), answer: last < 0 ? "" : messages[last]!.content };
}

export const joinedText = (messages: readonly Message[]): string => messages.map(({ content }) => content).join("\n");

/** Text of a message: as it is, or the texts of its parts. */
function contentOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return value === undefined || value === null ? "" : jsonText(value);
  return value
    .map((part: unknown) => {
      if (typeof part === "string") return part;
      const text: unknown = typeof part === "object" && part !== null && "text" in part ? part.text : undefined;
      return typeof text === "string" ? text : "";
    })
    .join("");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const malformed = (row: DataRow, problem: string) =>
  rowError(
    "data-messages-malformed",
    row,
    problem,
    t('Write a list of objects such as {"role": "user", "content": "…"} in every row.'),
  );
