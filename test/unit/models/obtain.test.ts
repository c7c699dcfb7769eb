import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { UserError } from "../../../src/base/errors.ts";
import type { DownloadProgress } from "../../../src/models/download.ts";
import { obtainModel } from "../../../src/models/obtain.ts";
import { COMMIT, startFakeHub, type FakeHub } from "../../support/fake-hub.ts";

const ID = "org/name";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const WHOLE = {
  "config.json": bytes('{"model_type":"bert"}'),
  "tokenizer.json": bytes("{}"),
  "vocab.txt": bytes("[PAD]"),
  "model.safetensors": new Uint8Array(300_000).fill(7),
  "pytorch_model.bin": bytes("not wanted"),
};

let home: string;
let hub: FakeHub | undefined;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "tuning-fork-hub-"))));
afterEach(async () => {
  await hub?.close();
  hub = undefined;
  rmSync(home, { recursive: true, force: true });
});

function obtain(env: NodeJS.ProcessEnv = {}, signal = new AbortController().signal, told: DownloadProgress[] = []) {
  const endpoint = hub ? { HF_ENDPOINT: hub.url } : {};
  return obtainModel(`${ID}@main`, {
    baseDir: home,
    env: { HF_HOME: home, ...endpoint, ...env },
    signal,
    onProgress: (progress) => told.push(progress),
  });
}

const failure = (promise: Promise<unknown>): Promise<UserError> =>
  promise.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as UserError,
  );
const storage = (): string => join(home, "hub", "models--org--name");

describe("a hub model", () => {
  test("is fetched once into the standard cache, with progress and the user's token, and then taken from there", async () => {
    hub = await startFakeHub(ID, WHOLE);
    const told: DownloadProgress[] = [];
    const dir = await obtain({ HF_TOKEN: "hf_secret" }, undefined, told);
    expect(dir).toBe(join(storage(), "snapshots", COMMIT));
    expect(readdirSync(dir!).toSorted()).toEqual(["config.json", "model.safetensors", "tokenizer.json", "vocab.txt"]);
    expect(readFileSync(join(dir!, "model.safetensors"))).toEqual(Buffer.from(WHOLE["model.safetensors"]));
    expect(readFileSync(join(storage(), "refs", "main"), "utf8")).toBe(COMMIT);
    expect(told.at(-1)).toEqual({ text: `Downloading model.safetensors of ${ID}`, done: 300_000, total: 300_000 });
    expect(JSON.stringify(told)).not.toContain("hf_secret");
    expect(hub.requests[0]!.token).toBe("Bearer hf_secret");
    const asked = hub.requests.length;
    expect(await obtain()).toBe(dir);
    expect(hub.requests).toHaveLength(asked);
  });

  test("in shards: the index says which", async () => {
    const { "model.safetensors": weights, ...others } = WHOLE;
    const index = { weight_map: { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" } };
    hub = await startFakeHub(ID, {
      ...others,
      "model.safetensors.index.json": bytes(JSON.stringify(index)),
      "model-00001-of-00002.safetensors": weights,
      "model-00002-of-00002.safetensors": bytes("b"),
    });
    const dir = await obtain();
    expect(existsSync(join(dir!, "model-00002-of-00002.safetensors"))).toBe(true);
  });

  test("that does not exist: said with the address, not as a stack", async () => {
    hub = await startFakeHub("other/model", WHOLE);
    const error = await failure(obtain());
    expect(error.code).toBe("model-hub-refused");
    expect(error.message).toBe(`${hub.url} does not have the model ${ID} at revision main.`);
  });

  test("published without safetensors: nothing is downloaded", async () => {
    const { "model.safetensors": _, ...others } = WHOLE;
    hub = await startFakeHub(ID, others);
    const error = await failure(obtain());
    expect(error.message).toBe(`The model ${ID} is published without model.safetensors.`);
    expect(hub.requests.filter(({ line }) => line.includes("/resolve/"))).toEqual([]);
  });

  test("without a network: the sentence names the cache that was looked at", async () => {
    const error = await failure(obtain({ HF_ENDPOINT: "http://127.0.0.1:1" }));
    expect(error.code).toBe("model-offline");
    expect(error.message).toContain(`not in the cache (looked at ${storage()})`);
  });

  test.each(["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])("%s forbids to ask", async (name) => {
    hub = await startFakeHub(ID, WHOLE);
    const error = await failure(obtain({ [name]: "1" }));
    expect(error.message).toContain(storage());
    expect(error.message).toContain(name);
    expect(hub.requests).toEqual([]);
  });

  test("a cancelled download ends at once, and what it left does not count as the model", async () => {
    hub = await startFakeHub(ID, WHOLE, "model.safetensors");
    const controller = new AbortController();
    const download = failure(obtain({}, controller.signal));
    while (!hub.requests.some(({ line }) => line.startsWith("GET") && line.endsWith("model.safetensors")))
      await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(new Error("stopped by the user"));
    expect((await download).message).toBe("stopped by the user");
    const offline = await failure(obtain({ HF_HUB_OFFLINE: "1" }));
    expect(offline.code).toBe("model-offline");
  });
});
