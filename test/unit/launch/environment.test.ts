import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { snapshotEnvironment } from "../../../src/launch/environment.ts";
import { snapshotGit } from "../../../src/launch/git.ts";
import { probeGpus } from "../../../src/launch/gpus.ts";
import { nodeOnPath } from "../../../src/launch/node-executable.ts";
import { fakeNvidiaSmi } from "../../support/fake-nvidia-smi.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-environment-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], {
    cwd: folder,
    encoding: "utf8",
  });

function commit(): string {
  git("init", "--quiet", "--initial-branch=trunk");
  writeFileSync(join(folder, "train.py"), "lr = 1\n");
  git("add", ".");
  git("commit", "--quiet", "--message=first");
  return git("rev-parse", "HEAD").trim();
}

describe("the environment snapshot", () => {
  test("says what a run depends on, without secrets", async () => {
    const head = commit();
    writeFileSync(join(folder, "train.py"), 'lr = 2\nHF_TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"\n');
    const data = { path: "data.csv", bytes: 12, sha256: "ab" };
    const { environment, patch } = await snapshotEnvironment({
      command: ["node", "trainer.cjs", "--token", "topsecret"],
      cwd: folder,
      baseDir: folder,
      visibleGpus: ["GPU-b"],
      dataFiles: [data],
      gpus: await probeGpus(fakeNvidiaSmi(folder)),
    });
    expect(environment).toMatchObject({
      command: ["node", "trainer.cjs", "--token", "[redacted]"],
      node: process.versions.node,
      host: hostname(),
      driver: "550.54.14",
      visibleGpus: ["GPU-b"],
      dataFiles: [data],
      git: { commit: head, branch: "trunk", dirty: true, untracked: ["fake-bin/"], patchLeftOut: false },
    });
    expect(environment.gpus).toHaveLength(2);
    expect(environment.git).not.toHaveProperty("patch");
    expect(environment.packages["@tensorflow/tfjs-core"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(patch).toContain("+lr = 2");
    expect(patch).not.toContain("hf_abcdefghijklmnopqrstuvwxyz");
  });
});

describe("git", () => {
  test("a clean repository has no patch", async () => {
    const head = commit();
    expect(await snapshotGit(folder)).toEqual({
      commit: head,
      branch: "trunk",
      dirty: false,
      untracked: [],
      patchLeftOut: false,
      patch: "",
    });
  });

  test("no repository, no snapshot; no commit yet, no hash", async () => {
    expect(await snapshotGit(folder)).toBeUndefined();
    git("init", "--quiet", "--initial-branch=trunk");
    expect(await snapshotGit(folder)).toMatchObject({ commit: null, branch: "trunk", dirty: false });
  });

  test("a detached head has no branch", async () => {
    git("-c", "advice.detachedHead=false", "checkout", "--quiet", commit());
    expect(await snapshotGit(folder)).toMatchObject({ branch: null });
  });
});

test.skipIf(process.platform === "win32")("the first node on PATH that is new enough", () => {
  const make = (name: string, version: string) => {
    const bin = join(folder, name);
    mkdirSync(bin);
    writeFileSync(join(bin, "node"), `#!/bin/sh\necho ${version}\n`);
    chmodSync(join(bin, "node"), 0o755);
    return bin;
  };
  const [old, young, broken] = [make("old", "v20.18.3"), make("new", "v22.1.0"), make("broken", "oops")];
  expect(nodeOnPath({ PATH: [join(folder, "nowhere"), broken, old, young].join(":") })).toBe(join(young, "node"));
  expect(nodeOnPath({ PATH: old })).toBeUndefined();
  expect(nodeOnPath({})).toBeUndefined();
});
