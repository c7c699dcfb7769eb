import { Type } from "typebox";

/** The stable JSON of the command line, as docs/cli.md has it: scripts rely on these keys and types. */

const JsonNumber = Type.Union([Type.Number(), Type.Enum(["NaN", "Infinity", "-Infinity"])]);
const orNull = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);
const State = Type.Enum([
  "queued",
  "preparing",
  "running",
  "stalled",
  "stopping",
  "finished",
  "failed",
  "stopped",
  "crashed",
  "lost",
]);
const Milliseconds = Type.Integer({ minimum: 1_600_000_000_000 });

export const MetricSummarySchema = Type.Object({
  last: JsonNumber,
  lastStep: Type.Integer(),
  min: orNull(JsonNumber),
  minStep: orNull(Type.Integer()),
  max: orNull(JsonNumber),
  maxStep: orNull(Type.Integer()),
  count: Type.Integer({ minimum: 1 }),
});

export const ListItemSchema = Type.Object({
  id: Type.String({ pattern: "^[0-9A-HJKMNP-TV-Z]{26}$" }),
  name: Type.String(),
  state: State,
  cause: Type.String(),
  createdMs: Milliseconds,
  startedMs: orNull(Milliseconds),
  endedMs: orNull(Milliseconds),
  progress: Type.Object({
    step: Type.Integer(),
    total: orNull(Type.Integer()),
    epoch: orNull(Type.Number()),
  }),
  metrics: Type.Record(Type.String(), MetricSummarySchema),
  tags: Type.Array(Type.String()),
  parent: orNull(Type.Object({ run: Type.String(), step: Type.Integer() })),
});

export const RunSchema = Type.Intersect([
  ListItemSchema,
  Type.Object({
    dir: Type.String({ pattern: "^/" }),
    checkpoints: Type.Array(
      Type.Object({
        step: Type.Integer(),
        path: Type.String({ pattern: "^/" }),
        bytes: Type.Integer({ minimum: 1 }),
        metrics: Type.Record(Type.String(), JsonNumber),
        tags: Type.Array(Type.Enum(["best", "last", "pinned"])),
      }),
    ),
    process: Type.Object({
      runnerPid: orNull(Type.Integer()),
      trainerPid: orNull(Type.Integer()),
      exitCode: orNull(Type.Integer()),
      signal: orNull(Type.String()),
    }),
    config: Type.Record(Type.String(), Type.Unknown()),
    environment: Type.Record(Type.String(), Type.Unknown()),
  }),
]);

export const PointsSchema = Type.Object({ points: Type.Array(Type.Array(JsonNumber, { minItems: 3, maxItems: 3 })) });
export const BucketsSchema = Type.Object({ points: Type.Array(Type.Array(JsonNumber, { minItems: 6, maxItems: 6 })) });

export const ErrorSchema = Type.Object({
  error: Type.Object({ code: Type.String({ pattern: "^[a-z0-9-]+$" }), message: Type.String(), advice: Type.String() }),
});

export const ReportSchema = Type.Object({
  file: Type.String(),
  ok: Type.Boolean(),
  diagnostics: Type.Array(
    Type.Object({
      id: Type.String({ pattern: "^C\\d\\d$" }),
      severity: Type.Enum(["error", "warning", "information"]),
      message: Type.String(),
      key: Type.String(),
      line: orNull(Type.Integer()),
      column: orNull(Type.Integer()),
      endLine: orNull(Type.Integer()),
      endColumn: orNull(Type.Integer()),
      fixes: Type.Array(Type.Object({ title: Type.String(), safe: Type.Boolean() })),
    }),
  ),
});

export const ComparisonSchema = Type.Object({
  runs: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), state: State })),
  config: Type.Array(Type.Object({ key: Type.String(), values: Type.Array(Type.Unknown()) })),
  environment: Type.Array(Type.Object({ key: Type.String(), values: Type.Array(Type.Unknown()) })),
  metrics: Type.Array(
    Type.Object({
      name: Type.String(),
      goal: orNull(Type.Enum(["min", "max"])),
      values: Type.Array(orNull(JsonNumber)),
      deltas: Type.Array(orNull(Type.Number())),
    }),
  ),
});

export const DoctorSchema = Type.Object({
  ok: Type.Boolean(),
  findings: Type.Array(
    Type.Object({
      id: Type.String(),
      level: Type.Enum(["ok", "information", "warning", "error"]),
      title: Type.String(),
      detail: Type.String(),
      command: Type.Union([Type.String(), Type.Null()]),
      answer: Type.Union([Type.String(), Type.Null()]),
      fix: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
