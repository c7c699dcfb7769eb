import type { Check } from "../check.ts";
import { streamedWithout } from "../streaming.ts";

/** C57: data that is streamed has no length, so that neither epochs nor a part of it can be counted. */
export const c57: Check = {
  id: "C57",
  severity: "error",
  title: "streamed data without `train.max_steps`, or with a fraction held out of it",
  why: "How many rows a stream has is known at its end only: the learning rate's schedule needs the steps before, and a split needs all rows.",
  run: (context) => (context.config.data.streaming ? streamedWithout(context, ["data", "streaming"]) : []),
};
