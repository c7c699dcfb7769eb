import { existsSync } from "node:fs";
import { formatInstant, formatMetric, formatSteps } from "../base/format.ts";
import { fromJsonNumber } from "../base/numbers.ts";
import { redactText } from "../base/redact.ts";
import { OutputReader } from "./output.ts";
import { runFile } from "./layout.ts";
import type { RunRecord } from "./model.ts";

/** A chat takes so much without being cut; a config and a hundred lines of log fit. */
const MOST_CHARACTERS = 24_000;
const LOG_LINES = 80;

const number = (value: unknown, metric: string): string => formatMetric(fromJsonNumber(value), metric);

/**
 * A run as plain text to paste into a conversation: state and cause, config, metrics, checkpoints, alerts, the end of the
 * output. Bounded, secrets redacted, ANSI colours removed.
 */
export function summaryText(run: RunRecord): string {
  const parts = [
    `# Fine-tune ${run.name} (${run.id})`,
    `State: ${run.state}${run.cause ? `. ${run.cause}` : ""}`,
    run.task === "script" ? "Task: script" : `Model: ${run.model}, method ${run.method}, task ${run.task}`,
    `Progress: ${formatSteps(run.progress.step, run.progress.total)}, started ${formatInstant(run.startedMs ?? run.createdMs)}`,
    section("Config", `\`\`\`json\n${JSON.stringify(run.config, undefined, 1)}\n\`\`\``),
    section("Metrics (last, min, max)", metricLines(run)),
    section("Checkpoints", checkpointLines(run)),
    section(
      "Alerts",
      run.alerts.map(({ message, step }) => `- ${step === null ? "" : `step ${step}: `}${message}`).join("\n"),
    ),
    section("Facts", JSON.stringify(run.facts)),
    section(`Last lines of the output`, `\`\`\`\n${lastLines(run)}\n\`\`\``),
  ].filter((part) => part !== "");
  const text = redactText(parts.join("\n"));
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\n(cut)\n` : `${text}\n`;
}

const section = (title: string, body: string): string => (body === "" ? "" : `\n## ${title}\n${body}`);

const metricLines = (run: RunRecord): string =>
  Object.entries(run.metrics)
    .map(
      ([name, { last, min, max }]) => `- ${name}: ${[last, min, max].map((value) => number(value, name)).join(", ")}`,
    )
    .join("\n");

const checkpointLines = (run: RunRecord): string =>
  run.checkpoints
    .filter(({ present }) => present)
    .map(({ step, tags, metrics }) => {
      const measured = Object.entries(metrics).map(([name, value]) => `${name} ${number(value, name)}`);
      return `- step ${step}${tags.length > 0 ? ` (${tags.join(", ")})` : ""}: ${measured.join(", ")}`;
    })
    .join("\n");

// oxlint-disable-next-line no-control-regex -- the escape character is what begins an ANSI sequence
const ANSI = /\u001B\[[0-9;?]*[A-Za-z]/g;

function lastLines(run: RunRecord): string {
  if (!existsSync(runFile(run.dir, "output"))) return "";
  let tail = "";
  for (const piece of new OutputReader(run.dir).read()) tail = (tail + piece).slice(-64_000);
  return tail.replaceAll(ANSI, "").trimEnd().split(/\r?\n/).slice(-LOG_LINES).join("\n");
}
