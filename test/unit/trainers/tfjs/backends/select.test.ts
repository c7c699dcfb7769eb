import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { selectBackend } from "../../../../../src/trainers/tfjs/backends/select.ts";
import { probe } from "../../../../../src/trainers/tfjs/backends/probes.ts";

let dir: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tuning-fork-backends-"));
  env = { ...process.env, TUNING_FORK_RUNTIME: join(dir, "runtime") };
  process.env["TUNING_FORK_RUNTIME"] = env["TUNING_FORK_RUNTIME"]; // the probe's own process looks there too
});
afterEach(() => {
  delete process.env["TUNING_FORK_RUNTIME"];
  rmSync(dir, { recursive: true, force: true });
});

/** A native package in the runtime folder, whose code is what the test says. */
function installFake(code: string, addon = true): string {
  const folder = join(dir, "runtime/node_modules/@tensorflow/tfjs-node-gpu");
  mkdirSync(join(folder, "lib/napi-v8"), { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    '{"name":"@tensorflow/tfjs-node-gpu","version":"9.9.9","main":"index.js"}',
  );
  writeFileSync(join(folder, "index.js"), code);
  if (addon) writeFileSync(join(folder, "lib/napi-v8/tfjs_binding.node"), "");
  return folder;
}

test("without a native package wasm computes, and the run records why", async () => {
  const { backend, skipped, facts } = await selectBackend("auto", { env });
  expect(backend.name).toBe("wasm");
  expect(skipped).toEqual([
    { name: "tensorflow", reason: expect.stringMatching(/not installed.*install-runtime/) as string },
  ]);
  expect(facts).toMatchObject({ backend: "wasm", backendDevice: "cpu", backendsSkipped: skipped });
});

test("native code that crashes ends its probe and nothing else", async () => {
  installFake("process.abort()");
  const { backend, skipped } = await selectBackend("auto", { env });
  expect(backend.name).toBe("wasm");
  expect(skipped[0]!.reason).toBe("Its native code crashed while it was tried (SIGABRT).");
});

test("a package whose install script never ran is told apart from none", async () => {
  installFake("", false);
  const { skipped } = await selectBackend("auto", { env });
  expect(skipped[0]!.reason).toMatch(/has no compiled addon/);
});

test("a package that loads and registers nothing does not count as working", async () => {
  installFake('console.log(\'{"some": "output"}\')');
  expect(await probe("tensorflow", { env })).toMatchObject({ works: false });
});

test("a backend asked for by name is not silently replaced", async () => {
  installFake("process.exit(3)");
  await expect(selectBackend("tensorflow", { env })).rejects.toMatchObject({
    code: "backend-unusable",
    message: expect.stringContaining("tensorflow: Its probe ended with code 3") as string,
    advice: expect.stringContaining("install-runtime") as string,
  });
});

test("an answer is kept until the package changes or a fresh one is asked for", async () => {
  const counter = join(dir, "tries");
  const counting = `require("fs").appendFileSync(${JSON.stringify(counter)}, "x"); process.exit(1)`;
  const folder = installFake(counting);
  const tries = (): number => readFileSync(counter, "utf8").length;
  const first = await probe("tensorflow", { env });
  expect(await probe("tensorflow", { env })).toEqual(first);
  expect(tries()).toBe(1);
  await probe("tensorflow", { env, fresh: true });
  expect(tries()).toBe(2);
  rmSync(folder, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 20));
  installFake(counting);
  await probe("tensorflow", { env });
  expect(tries()).toBe(3);
});
