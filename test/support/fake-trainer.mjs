// A trainer without a model, for tests: a real process that speaks the journal and misbehaves on demand.
// usage: fake-trainer.mjs '<json of FakeTraining>' (see fake-trainer.ts)
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const plan = JSON.parse(process.argv[2] ?? "{}");
const env = process.env;
const runDir = env.TUNING_FORK_RUN_DIR;
const fromStep = Number(env.TUNING_FORK_FROM_STEP);
const steps = plan.steps ?? 5;
const write = (event) =>
  appendFileSync(env.TUNING_FORK_EVENTS, `${JSON.stringify({ timeMs: Date.now(), ...event })}\n`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let signalled = false;
if (plan.onSigterm === "ignore") process.on("SIGTERM", () => console.log("not now"));
else if (plan.onSigterm !== "die") process.on("SIGTERM", () => (signalled = true));
const asked = () => signalled || (plan.onStop !== "ignore" && existsSync(join(runDir, "stop-requested")));

if (plan.crashAt === "start") process.kill(process.pid, plan.signal ?? "SIGKILL");
write({
  t: "journal",
  version: 1,
  writer: "trainer",
  run: env.TUNING_FORK_RUN_ID,
  segment: Number(env.TUNING_FORK_SEGMENT),
  fromStep,
});
for (let i = 0; i < (plan.children ?? 0); i++) {
  const deaf = plan.onSigterm === "ignore" ? "process.on('SIGTERM', () => {});" : "";
  const script = `${deaf} console.log("ready"); setInterval(() => {}, 1000)`;
  const options = { detached: plan.apart === true, stdio: ["ignore", "pipe", "ignore"] };
  const child = spawn(process.execPath, ["-e", script], options);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdout.destroy();
  child.unref();
}
await sleep(plan.prepareMs ?? 0);
write({ t: "start", total: steps, epochs: 1, stepsPerEpoch: steps, facts: { trainer: "fake" } });
for (const name of plan.printEnv ?? []) console.log(`${name}=${env[name] ?? ""}`);

let step = fromStep;
while (step < steps && !asked()) {
  await sleep(plan.stepMs ?? 5);
  step++;
  write({ t: "metrics", step, values: { "train/loss": 1 / step } });
  console.log(`step ${step}`);
  if (step === plan.silentAt) await sleep(plan.silentMs);
  if (step === plan.crashAt) process.kill(process.pid, plan.signal ?? "SIGKILL");
  if (step === plan.failAt) end("failed", "Row 7 of data.csv has no label; give it one.", 1);
  if (step === plan.exitAt) process.exit(plan.exitCode);
}
if (step >= steps) end("finished");
checkpoint(step);
end("stopped");

function checkpoint(at) {
  const path = `checkpoints/step-${at}`;
  mkdirSync(join(runDir, path), { recursive: true });
  writeFileSync(join(runDir, path, "weights.bin"), "weights");
  write({ t: "checkpoint", step: at, path, bytes: 7, metrics: {}, best: false });
}

function end(outcome, reason, code = 0) {
  write({ t: "end", outcome, step, ...(reason ? { reason } : {}) });
  process.exit(code);
}
