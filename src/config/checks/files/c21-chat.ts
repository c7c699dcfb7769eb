import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning, type Finding } from "../../diagnostic.ts";
import { code, joinWords } from "../../schema/words.ts";
import type { Check } from "../check.ts";
import { firstPlace, withData } from "./rows-in-words.ts";

const PATH = ["data", "train"];

/** C21: conversations that chat templates do not take, or that teach the wrong turn. */
export const c21: Check = {
  id: "C21",
  severity: "warning",
  title: "conversations with two answers in a row, without a last answer, with empty messages or unknown roles",
  why: "Chat templates expect turns. Some end the run at an unexpected one; others write it down all the same, and the model learns to talk to itself or to say nothing.",
  run: (context) =>
    withData(context, ({ quality: { chat, first } }) => {
      const findings: Finding[] = [];
      const tell = (message: string, place: Parameters<typeof firstPlace>[0]): void =>
        void findings.push(warning("C21", PATH, message + firstPlace(place)));
      if (chat.doubleAnswers > 0) {
        tell(
          t(
            "Conversations with two answers of the assistant in a row: {0}. Join them, or put the user's turn between them.",
            formatCount(chat.doubleAnswers),
          ),
          first.doubleAnswer,
        );
      }
      if (chat.endsWithUser > 0) {
        tell(
          t(
            "Conversations that end with the user, whose last turn teaches nothing: {0}. Add the answer, or cut them.",
            formatCount(chat.endsWithUser),
          ),
          first.endsWithUser,
        );
      }
      if (chat.emptyContents > 0) {
        tell(
          t(
            "Conversations with an empty message, or without any: {0}. Fill them in or remove them.",
            formatCount(chat.emptyContents),
          ),
          first.emptyContent,
        );
      }
      if (chat.unknownRoles.length > 0) {
        tell(
          t(
            "Messages have roles that no chat template knows: {0}. Known are system, developer, user, assistant and tool.",
            joinWords(
              chat.unknownRoles.map((role) => code(role === "" ? "(none)" : role)),
              "and",
            ),
          ),
          first.unknownRole,
        );
      }
      return findings;
    }),
};
