import { isWritten, type CheckContext } from "../check.ts";

/**
 * Whether a written value leaves another written one without effect, and nobody may have meant it so: what is set for a
 * single run (`--set`) is allowed to put aside what the file says.
 */
export const putsAside = (context: Pick<CheckContext, "origins">, winner: string, loser: string): boolean =>
  isWritten(context, winner) &&
  isWritten(context, loser) &&
  (context.origins[winner] !== "override" || context.origins[loser] === "override");
