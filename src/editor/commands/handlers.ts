import { checkpointHandlers, type CheckpointParts } from "./checkpoint/index.ts";
import { doctorHandlers, type DoctorParts } from "./doctor/index.ts";
import type { Handlers } from "./register.ts";
import { runHandlers } from "./run/index.ts";
import { startHandlers, type StartParts } from "./start/index.ts";
import { viewHandlers, type ViewParts } from "./view/index.ts";

/** A handler for every command of the table. */
export const handlersFor = (parts: StartParts & ViewParts & CheckpointParts & DoctorParts): Handlers => ({
  ...startHandlers(parts),
  ...runHandlers,
  ...checkpointHandlers(parts),
  ...viewHandlers(parts),
  ...doctorHandlers(parts),
});
