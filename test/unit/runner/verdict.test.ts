import { describe, expect, test } from "vitest";
import type { EndEvent } from "../../../src/journal/events.ts";
import { judgeEnd, type Evidence } from "../../../src/runner/verdict.ts";

const end = (outcome: EndEvent["outcome"], reason?: string): EndEvent => ({
  t: "end",
  timeMs: 1,
  outcome,
  step: 40,
  ...(reason === undefined ? {} : { reason }),
});
const exited = (code: number) => ({ code, signal: null, unknown: false });
const killed = (signal: string) => ({ code: null, signal, unknown: false });
const unseen = { code: null, signal: null, unknown: true };
const judge = (evidence: Partial<Evidence>) =>
  judgeEnd({ end: undefined, exit: exited(0), stop: null, oomKills: 0, lastOutput: "", ...evidence });

describe("the final state", () => {
  test.each<[string, Partial<Evidence>, string, string]>([
    ["finished", { end: end("finished") }, "finished", ""],
    [
      "finished early",
      { end: end("finished", "Early stopping: no gain in 3 evaluations.") },
      "finished",
      "Early stopping: no gain in 3 evaluations.",
    ],
    [
      "finished, then a fault at exit",
      { end: end("finished"), exit: killed("SIGSEGV") },
      "finished",
      "Its process was ended by SIGSEGV afterwards.",
    ],
    ["finished, exit not seen", { end: end("finished"), exit: unseen }, "finished", ""],
    ["stopped", { end: end("stopped"), stop: { by: "ada", stage: "asked" } }, "stopped", "Stopped by ada at step 40."],
    ["stopped by a stray SIGTERM", { end: end("stopped") }, "stopped", "Stopped by a signal from outside at step 40."],
    ["failed", { end: end("failed", "No rows."), exit: exited(1) }, "failed", "No rows."],
    [
      "exit code, output",
      { exit: exited(3), lastOutput: "boom" },
      "failed",
      "The trainer exited with code 3 and no reason. Its last output: boom",
    ],
    ["exit code, silent", { exit: exited(3) }, "failed", "The trainer exited with code 3 and no reason."],
    ["a script without a journal", {}, "finished", "The trainer exited with code 0 and wrote no end event."],
    ["such a script, stopped", { stop: { by: "ada", stage: "asked" } }, "stopped", "Stopped by ada."],
    [
      "asked to stop, but it failed",
      { exit: exited(1), stop: { by: "ada", stage: "asked" } },
      "failed",
      "The trainer exited with code 1 and no reason.",
    ],
    [
      "SIGTERM was ours",
      { exit: killed("SIGTERM"), stop: { by: "ada", stage: "sigterm" } },
      "stopped",
      "Stopped by ada; the trainer was ended by SIGTERM.",
    ],
    [
      "SIGKILL was ours",
      { exit: killed("SIGKILL"), stop: { by: "ada", stage: "sigkill" } },
      "stopped",
      "Stopped by ada; the trainer did not end by itself and was ended by SIGKILL.",
    ],
    [
      "SIGKILL was not ours",
      { exit: killed("SIGKILL") },
      "crashed",
      "The trainer was killed by SIGKILL from outside; out of memory is the usual cause.",
    ],
    [
      "asked, and then a fault",
      { exit: killed("SIGBUS"), stop: { by: "ada", stage: "asked" } },
      "crashed",
      "The trainer was ended by SIGBUS (a fault in native code, or the disk under a mapped file was full).",
    ],
    [
      "the kernel's killer",
      { exit: killed("SIGKILL"), oomKills: 1 },
      "crashed",
      "Out of memory: the kernel's out-of-memory killer ended the trainer with SIGKILL; take a smaller batch or a shorter max_length.",
    ],
    [
      "the kernel does not say",
      { exit: killed("SIGKILL"), oomKills: undefined },
      "crashed",
      "The trainer was killed by SIGKILL from outside; out of memory is the usual cause.",
    ],
    ["gone", { exit: unseen }, "crashed", "Killed, and nobody saw how."],
    [
      "gone with the machine",
      { exit: unseen, unseen: "The machine was restarted while it ran." },
      "crashed",
      "The machine was restarted while it ran.",
    ],
  ])("%s", (_name, evidence, state, cause) => {
    expect(judge(evidence)).toEqual({ state, cause });
  });
});

describe("the end of a script of one's own", () => {
  test.each<[string, Partial<Evidence>, string, string]>([
    ["code 0", {}, "finished", ""],
    ["code 0, and its own last word", { end: end("finished", "Done.") }, "finished", "Done."],
    [
      "another code",
      { exit: exited(3), lastOutput: "boom" },
      "failed",
      "The script exited with code 3. Its last output: boom",
    ],
    ["another code, silent", { exit: exited(3) }, "failed", "The script exited with code 3."],
    ["it listened", { stop: { by: "ada", stage: "asked" } }, "stopped", "Stopped by ada."],
    [
      "it heard the signal and left in order",
      { stop: { by: "ada", stage: "sigterm" } },
      "stopped",
      "Stopped by ada; the script was ended by SIGTERM.",
    ],
    [
      "it would not leave",
      { exit: killed("SIGKILL"), stop: { by: "ada", stage: "sigkill" } },
      "stopped",
      "Stopped by ada; the script did not end by itself and was ended by SIGKILL.",
    ],
    ["a fault", { exit: killed("SIGSEGV") }, "crashed", "The script was ended by SIGSEGV (a fault in native code)."],
    [
      "the kernel's killer",
      { exit: killed("SIGKILL"), oomKills: 1 },
      "crashed",
      "Out of memory: the kernel's out-of-memory killer ended the script with SIGKILL; take a smaller batch.",
    ],
    [
      "under a runner that came later",
      { exit: unseen },
      "crashed",
      "The script ended after its runner had been killed, so nobody saw its exit code.",
    ],
  ])("%s", (_name, evidence, state, cause) => {
    expect(judge({ ...evidence, isScript: true })).toEqual({ state, cause });
  });
});
