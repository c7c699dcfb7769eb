import { Type } from "typebox";
import { group, key } from "../schema/key.ts";

/** What a `*.sweep.yaml` holds. */
export const sweepSchema = group("A sweep: many runs of one config with changed values.", {
  base: key(Type.String({ minLength: 1 }), {
    description: "Config file that every trial starts from. Relative paths start at this file.",
    required: true,
  }),
  method: key(Type.Enum(["grid", "random"]), {
    description: "`grid`: every combination of the values. `random`: values drawn anew for each trial.",
    required: true,
  }),
  metric: key(
    group("What the trials are judged by.", {
      name: key(Type.String({ minLength: 1 }), {
        description: "Metric of the evaluation that decides which trial is best.",
        required: true,
      }),
      goal: key(Type.Enum(["maximize", "minimize"]), {
        description: "Whether more or less of it is better.",
        defaultText: "by the metric",
      }),
    }),
    { description: "What the trials are judged by.", defaultText: "`checkpoint.metric_for_best_model` of the base" },
  ),
  parameters: key(
    Type.Record(
      Type.String(),
      group("Values one key takes.", {
        values: key(Type.Array(Type.Unknown(), { minItems: 1 }), { description: "The values, as a list." }),
        distribution: key(Type.Enum(["uniform", "log_uniform_values", "int_uniform"]), {
          description: "Where values are drawn from, between `min` and `max` (random).",
        }),
        min: key(Type.Number(), { description: "Smallest value." }),
        max: key(Type.Number(), { description: "Largest value." }),
      }),
    ),
    { description: "Keys of the config, dotted (`train.learning_rate`), and the values they take.", default: {} },
  ),
  zip: key(Type.Array(Type.Record(Type.String(), Type.Unknown())), {
    description: "Sets of values that go together; each set is combined with every other parameter.",
    default: [],
  }),
  max_runs: key(Type.Integer({ minimum: 1 }), { description: "Most trials that are started.", unit: "runs" }),
  parallel: key(Type.Union([Type.Literal("gpus"), Type.Integer({ minimum: 1 })]), {
    description: "Trials at the same time: a number, or as many as there are GPUs.",
    default: "gpus",
  }),
  stop_early: key(
    group("When a poor trial is ended.", {
      after_evals: key(Type.Integer({ minimum: 1 }), {
        description: "Evaluations a trial has before it may be ended.",
        unit: "evaluations",
      }),
      worse_than: key(Type.Enum(["median"]), { description: "What a trial is compared with: the others' median." }),
    }),
    { description: "When a poor trial is ended.", defaultText: "off" },
  ),
});
