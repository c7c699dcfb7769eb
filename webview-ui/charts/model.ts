/** What a chart shows. Pages make specs; the components draw them. */

/** `train` lines are smoothed, `eval` lines have a dot a point, `system` lines count seconds instead of steps. */
export type LineKind = "train" | "eval" | "system";

export type Goal = "min" | "max" | null;

/** One curve of a chart. */
export interface ChartLine {
  /** Unique within the chart and stable. */
  key: string;
  run: string;
  /** As tooltips name it. */
  label: string;
  /** A, B, C… on pages that compare. */
  letter?: string;
  /** Colour slot 1–12, resolved for this view (`viewSlots`). */
  slot: number;
  metric: string;
  kind: LineKind;
  goal: Goal;
  /** `abandoned`: what a later resume cut off, drawn faint. */
  part?: "counting" | "abandoned";
  /** Steps after this one are left out: a parent's curve up to the fork. */
  to?: number;
  /** Drawn faint, without a value of its own in title and tooltip. */
  isBackground?: boolean;
  /** One of very many: grey until it is lifted. */
  isMuted?: boolean;
  /** Drawn dashed whatever the slot. */
  isReference?: boolean;
}

/** How values are written and which range the y axis has. */
export type Unit = "metric" | "percent" | "memory" | "rate" | "temperature" | "power";

/** A sign on the x axis or across the plot, at a step of a run. */
export type ChartMark =
  | { kind: "checkpoint"; run: string; step: number; state: "kept" | "pruned" | "best" }
  | { kind: "alert"; run: string; step: number; message: string; level: "info" | "warning" | "error" }
  | { kind: "resume"; run: string; step: number; label: string };

/** A horizontal line (or a band up to `to`) with a word at its right end. */
export interface ChartLimit {
  value: number;
  to?: number;
  label: string;
}

/** What is planned beyond the newest point: values at steps, drawn dotted. */
export interface ChartPlan {
  run: string;
  at: (step: number) => number;
  from: number;
  to: number;
}

export interface ChartSpec {
  /** Unique on the page and stable: state is kept under it. */
  id: string;
  title: string;
  /** After the title, small ("higher is better"). */
  subtitle?: string;
  metric: string;
  lines: readonly ChartLine[];
  unit: Unit;
  /** Logarithmic unless the person says otherwise. */
  isLog?: boolean;
  marks?: readonly ChartMark[];
  plan?: ChartPlan;
  limits?: readonly ChartLimit[];
  /** A fixed y range (percent, memory); absent = by the data. */
  range?: { min: number; max: number };
  /** Filled down to the axis. */
  isFilled?: boolean;
  /** Best points, ringed; the first one's value stands after the title when `isDeciding`. */
  best?: readonly { line: string; step: number; value: number }[];
  isDeciding?: boolean;
  /** Words after the value in the title row: "of 24 GB". */
  phrase?: (text: string) => string;
  /** Key of the line differences in tooltips refer to. */
  baseline?: string;
}

/** What the x axis has to know of a run. */
export interface ChartRun {
  id: string;
  /** Epoch ms of its first start; null before it. */
  startedMs: number | null;
  endedMs: number | null;
  isLive: boolean;
  lastStep: number;
  /** Planned steps; null when unknown. */
  total: number | null;
  /** Optimizer steps an epoch; null when unknown. */
  stepsPerEpoch: number | null;
}

export type XAxis = "step" | "epoch" | "relative" | "clock";

/** A stretch of the x axis in its own units: steps, epochs, milliseconds since the start, epoch milliseconds. */
export interface XRange {
  from: number;
  to: number;
}
