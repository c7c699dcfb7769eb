import packageJson from "../../../package.json" with { type: "json" };
import { UserError } from "../../base/errors.ts";
import { JournalWriter, type EventWriter } from "../../journal/writer.ts";
import { readContext, type TrainerContext } from "./train/context.ts";
import { asUserError } from "./train/failure.ts";
import { Session } from "./train/session.ts";
import { SpokenJournal } from "./train/spoken-journal.ts";
import { StopRequest } from "./train/stop.ts";

/**
 * The embedded trainer's process: started by a runner, told where its run lies by `TUNING_FORK_*` variables.
 * Exit code 0 for finished and stopped, 1 for failed; the reason is the journal's last line and one line on stderr.
 */

/** Failures worth an alert of their own beside the run's end. */
const ALERTS = new Set(["nan-loss", "disk-full", "out-of-memory"]);

async function main(): Promise<number> {
  let context: TrainerContext;
  let journal: EventWriter;
  try {
    context = readContext(process.env);
    const { events, run, segment, fromStep } = context;
    journal = new SpokenJournal(new JournalWriter(events, { writer: "trainer", run, segment, fromStep }));
  } catch (error) {
    console.error(asUserError(error).sentence);
    return 1;
  }
  // A write beyond a limit on file size (ulimit -f) then fails with EFBIG, which is told, instead of killing the process.
  if (process.platform !== "win32") process.on("SIGXFSZ", () => undefined);
  const stop = new StopRequest(context.runDir);
  stop.listen();
  const session = new Session({ context, journal, stop, version: packageJson.version });
  const escaped = new Promise<never>((_, reject) => {
    process.on("uncaughtException", reject);
    process.on("unhandledRejection", reject);
  });
  try {
    const end = await Promise.race([session.run(), escaped]);
    journal.write({ t: "end", step: session.step, ...end });
    return (await closed(journal)) ? 0 : 1;
  } catch (error) {
    const failure = asUserError(error, session.memory);
    fail(journal, failure, session.step);
    await closed(journal);
    return 1;
  }
}

/** Closes the journal; false, and a word about it, when it could not keep everything. */
async function closed(journal: EventWriter): Promise<boolean> {
  await journal.close();
  if (journal.error !== undefined) console.error(journal.error);
  return journal.error === undefined;
}

function fail(journal: EventWriter, failure: UserError, step: number): void {
  const { code, sentence } = failure;
  if (ALERTS.has(code)) journal.write({ t: "alert", level: "error", code, message: sentence, step });
  journal.write({ t: "end", outcome: "failed", step, reason: sentence, code });
  console.error(sentence);
  // For a bug report, on one line of output.log; nobody has to read it to know what happened.
  if (failure.cause instanceof Error) console.log(`[details] ${JSON.stringify(failure.cause.stack)}`);
}

void main().then((code) => process.exit(code));
