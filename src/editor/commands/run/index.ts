import type { Handlers } from "../register.ts";
import { compareHandlers } from "./compare.ts";
import { editHandlers } from "./edit.ts";
import { forkHandlers } from "./fork.ts";
import { openHandlers } from "./open.ts";
import { processHandlers } from "./process.ts";
import { takeHandlers } from "./take.ts";
import { trashHandlers } from "./trash.ts";

/** Commands about runs. */
export const runHandlers = {
  ...openHandlers,
  ...processHandlers,
  ...forkHandlers,
  ...editHandlers,
  ...trashHandlers,
  ...takeHandlers,
  ...compareHandlers,
} satisfies Partial<Handlers>;
