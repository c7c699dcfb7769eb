import { METRICS_OF_TASK } from "../metrics.ts";

/** `python/tuning_fork/metrics/task_metrics.py`: the metrics of each task, for the Python trainers. */
export function pythonMetrics(): string {
  const tasks = Object.entries(METRICS_OF_TASK).map(([task, names]) => `    "${task}": (${tuple(names)}),`);
  return [
    '"""Metrics each task can measure, in the order they are shown.',
    "",
    "Made from src/config/metrics.ts by scripts/generate.mjs. Change it there.",
    '"""',
    "",
    "METRICS_OF_TASK: dict[str, tuple[str, ...]] = {",
    ...tasks,
    "}",
    "",
  ].join("\n");
}

/** What stands between the brackets of a Python tuple; one of a single item has a comma. */
const tuple = (names: readonly string[]): string =>
  names.length === 1 ? `"${names[0]}",` : names.map((name) => `"${name}"`).join(", ");
