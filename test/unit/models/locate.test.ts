import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hubCacheDir } from "../../../src/models/cache.ts";
import { localModelDir, parseModelReference } from "../../../src/models/locate.ts";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "tuning-fork-locate-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("what model.name_or_path means", () => {
  test("built-in models", () => {
    expect(parseModelReference("builtin:tiny", dir)).toEqual({ kind: "builtin", name: "tiny" });
    expect(() => parseModelReference("builtin:huge", dir)).toThrow(/no built-in model "huge"/);
  });

  test("a folder by how it is written, or because it is there", () => {
    mkdirSync(join(dir, "org/name"), { recursive: true });
    const folder = { kind: "folder", dir: join(dir, "org/name") };
    expect(parseModelReference("./org/name", dir)).toEqual(folder);
    expect(parseModelReference("org/name", dir)).toEqual(folder);
    expect(parseModelReference(join(dir, "org/name"), "/")).toEqual(folder);
    expect(parseModelReference("~", dir)).toEqual({ kind: "folder", dir: homedir() });
  });

  test.each(["./gone", "../gone", "/gone/model", "~/gone-model-of-a-test"])(
    "no folder at %s: never a hub id",
    (path) => {
      expect(() => parseModelReference(path, dir)).toThrow(/There is no model folder .*gone/);
    },
  );

  test("hub ids with and without a revision", () => {
    const hub = (text: string) => parseModelReference(text, dir);
    expect(hub("org/name")).toEqual({ kind: "hub", hub: { id: "org/name", revision: "main" } });
    expect(hub("bert-base-uncased@refs/pr/3")).toEqual({
      kind: "hub",
      hub: { id: "bert-base-uncased", revision: "refs/pr/3" },
    });
  });

  test.each(["a/b/c", "org/na me", "org/..x", "org/name@../../x", "http://example.org/x"])("refused: %j", (text) => {
    expect(() => parseModelReference(text, dir)).toThrow(/neither a folder nor the id/);
  });
});

test("the cache lies where Hugging Face's libraries have it", () => {
  expect(hubCacheDir({ HF_HUB_CACHE: "/c", HF_HOME: "/h" })).toBe("/c");
  expect(hubCacheDir({ HF_HOME: "/h" })).toBe(join("/h", "hub"));
  expect(hubCacheDir({ XDG_CACHE_HOME: "/x" })).toBe(join("/x", "huggingface", "hub"));
  expect(hubCacheDir({})).toBe(join(homedir(), ".cache", "huggingface", "hub"));
});

describe("a model in the cache", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const hub = (revision: string) => ({ kind: "hub", hub: { id: "org/name", revision } }) as const;
  const file = (path: string, content = "{}"): void => {
    mkdirSync(join(dir, "models--org--name", path, ".."), { recursive: true });
    writeFileSync(join(dir, "models--org--name", path), content);
  };
  const snapshot = (): string => join(dir, "models--org--name", "snapshots", commit);

  test("is found by branch and by commit once all its files are there", () => {
    file("refs/main", commit);
    for (const name of ["config.json", "tokenizer.json"]) file(`snapshots/${commit}/${name}`);
    expect(localModelDir(hub("main"), dir)).toBeUndefined();
    file(`snapshots/${commit}/model.safetensors`);
    expect(localModelDir(hub("main"), dir)).toBe(snapshot());
    expect(localModelDir(hub(commit), dir)).toBe(snapshot());
    expect(localModelDir(hub("other"), dir)).toBeUndefined();
  });

  test("in shards: all of them must be there", () => {
    const index = { weight_map: { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" } };
    for (const name of ["config.json", "tokenizer.json"]) file(`snapshots/${commit}/${name}`);
    file(`snapshots/${commit}/model.safetensors.index.json`, JSON.stringify(index));
    file(`snapshots/${commit}/model-00001-of-00002.safetensors`);
    expect(localModelDir(hub(commit), dir)).toBeUndefined();
    file(`snapshots/${commit}/model-00002-of-00002.safetensors`);
    expect(localModelDir(hub(commit), dir)).toBe(snapshot());
  });
});
