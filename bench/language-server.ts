/** The language server as an editor has it: what typing feels of it, and what memory it takes beside large data. */
import { fork, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  CompletionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  IPCMessageReader,
  IPCMessageWriter,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
} from "vscode-languageserver/node";
import { codeDir } from "../src/base/code-dir.ts";
import { percentile, type Report } from "./lib/report.ts";

const AREA = "config";
const KEYSTROKES = 200;
const LINES = 300;
/** Longest wait for a large file to be read (ms). */
const READ_MS = 10 * 60_000;

/** A config of so many lines: labels and columns written one a line, as generated ones are. */
const config = (data: string): string => {
  const head = `version: 1
task: text-classification
model: { framework: tfjs, name_or_path: "builtin:tiny" }
train: { num_train_epochs: 3, per_device_train_batch_size: 8, learning_rate: 0.003 }
eval: { metrics: [accuracy, f1_macro] }
data:
  train: ${data}
  max_length: 16
`;
  return head + Array.from({ length: LINES - 9 }, (_, i) => `# note ${i}`).join("\n") + "\nrun: { seed: 1 }\n";
};

interface Session {
  child: ChildProcess;
  connection: ProtocolConnection;
  uri: string;
  /** The next publication that is as wanted. */
  published(wanted: (params: PublishDiagnosticsParams) => boolean): Promise<void>;
}

export async function benchLanguageServer(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-bench-"));
  try {
    writeRows(join(folder, "small.csv"), 1);
    const session = await start(folder);
    const text = config("small.csv");
    const openedMs = performance.now();
    const first = session.published(() => true);
    await open(session, text);
    await first;
    const goal = "≤ 300";
    const samples = [performance.now() - openedMs];
    report.add({ area: AREA, name: "first diagnostics after opening", unit: "ms", samples, goal });
    await typing(report, session, text);
    session.child.kill();
    await memory(report, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function typing(report: Report, session: Session, text: string): Promise<void> {
  const { connection, uri } = session;
  const typed: number[] = [];
  const completed: number[] = [];
  for (let version = 2; version < KEYSTROKES + 2; version++) {
    const next = session.published((params) => params.version === version);
    const startMs = performance.now();
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ text: text.replace("0.003", `0.003${version}`) }],
    });
    await next;
    typed.push(performance.now() - startMs);
    const askedMs = performance.now();
    await connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri },
      position: { line: 6, character: 2 },
    });
    completed.push(performance.now() - askedMs);
  }
  const p95 = (samples: number[]): number[] => [percentile(samples, 0.95)];
  const line = `${LINES}-line config, 95 of 100 within`;
  report.add({ area: AREA, name: `keystroke to diagnostics, ${line}`, unit: "ms", samples: p95(typed), goal: "≤ 30" });
  report.add({ area: AREA, name: `completion, ${line}`, unit: "ms", samples: p95(completed), goal: "≤ 50" });
}

async function memory(report: Report, folder: string): Promise<void> {
  if (process.platform !== "linux") return;
  writeRows(join(folder, "large.csv"), 2048);
  const session = await start(folder);
  // The rows repeat, so that something is found once they are read.
  const read = session.published(({ diagnostics }) => diagnostics.some(({ code }) => code === "C20"));
  await open(session, config("large.csv"));
  await read;
  const status = readFileSync(`/proc/${session.child.pid}/status`, "utf8");
  const peakMb = Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1024;
  session.child.kill();
  const name = "peak memory of the language server, 2 GB of data";
  report.add({ area: AREA, name, unit: "MB", samples: [peakMb], goal: "≤ 200" });
}

async function open({ connection, uri }: Session, text: string): Promise<void> {
  const textDocument = { uri, languageId: "yaml", version: 1, text };
  await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
}

async function start(folder: string): Promise<Session> {
  const child = fork(join(codeDir(), "language-server.cjs"), ["--node-ipc"], { silent: true });
  const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  let look: ((params: PublishDiagnosticsParams) => void) | undefined;
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => look?.(params));
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    child,
    connection,
    uri: pathToFileURL(join(folder, "finetune.yaml")).href,
    published: (wanted) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error("The language server published nothing.")), READ_MS);
        look = (params) => {
          if (!wanted(params)) return;
          clearTimeout(timer);
          done();
        };
      }),
  };
}

/** A table of about so many megabytes whose rows repeat. */
function writeRows(path: string, megabytes: number): void {
  const line = (row: number): string =>
    `the order ${row % 5000} arrived broken and nobody answers my mails,${row % 2 ? "a" : "b"}\n`;
  const block = Array.from({ length: 16_000 }, (_, row) => line(row)).join("");
  const file = openSync(path, "w");
  writeSync(file, "text,label\n");
  for (let written = 0; written < megabytes * 1e6; written += block.length) writeSync(file, block);
  closeSync(file);
}
