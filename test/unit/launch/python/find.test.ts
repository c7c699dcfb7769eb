import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findPython } from "../../../../src/launch/python/find.ts";
import { fakePython } from "../../../support/fake-python.ts";

let folder: string;
let home: string;
let workspace: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tuning-fork-python-")));
  home = join(folder, "home");
  workspace = join(folder, "workspace");
  mkdirSync(join(workspace, "configs"), { recursive: true });
  mkdirSync(home);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const make = (...path: string[]): string => {
  const program = join(folder, ...path);
  fakePython(program);
  return program;
};
const find = (configured: string | null, env: NodeJS.ProcessEnv = {}) =>
  findPython({
    configured,
    baseDir: join(workspace, "configs"),
    env: { HOME: home, PATH: join(folder, "bin"), ...env },
  });

describe("one that is named", () => {
  test("in the config, relative to it, with ~, by its bare name, or as an environment's folder", () => {
    const beside = make("workspace/env/bin/python");
    const atHome = make("home/envs/a/bin/python3.12");
    const onPath = make("bin/python3.12");
    expect(find("../env/bin/python")).toEqual({ path: beside, chosenBy: "`hardware.python`" });
    expect(find("../env")).toMatchObject({ path: beside });
    expect(find("~/envs/a/bin/python3.12")).toMatchObject({ path: atHome });
    expect(find("python3.12")).toMatchObject({ path: onPath });
  });

  test("is not passed over when it is not there", () => {
    make("bin/python3");
    expect(find("missing/python")).toEqual({
      path: undefined,
      problem: `\`hardware.python\` names ${join(workspace, "configs/missing/python")}, which is not there.`,
    });
    writeFileSync(join(workspace, "configs/text"), "");
    expect(find("text")).toMatchObject({ problem: expect.stringMatching(/which is not a program\.$/) as string });
    expect(find(null, { TUNING_FORK_PYTHON: "/none" })).toEqual({
      path: undefined,
      problem: "The interpreter chosen in the editor, /none, is not there. Choose another.",
    });
  });

  test("in the editor comes after the config", () => {
    const editor = make("editor/python");
    const own = make("workspace/configs/python");
    const env = { TUNING_FORK_PYTHON: editor };
    expect(find(null, env)).toEqual({ path: editor, chosenBy: "the editor's choice" });
    expect(find("./python", env)).toMatchObject({ path: own });
  });
});

describe("one that is found", () => {
  test("an active environment, the workspace's, conda's, then PATH", () => {
    const onPath = make("bin/python3");
    expect(find(null)).toEqual({ path: onPath, chosenBy: "PATH" });
    const conda = make("conda/bin/python");
    const env = { CONDA_PREFIX: join(folder, "conda") };
    expect(find(null, env)).toMatchObject({ path: conda });
    mkdirSync(join(workspace, ".git"));
    const plain = make("workspace/venv/bin/python");
    expect(find(null, env)).toEqual({ path: plain, chosenBy: `venv in ${workspace}` });
    const hidden = make("workspace/.venv/bin/python");
    expect(find(null, env)).toMatchObject({ path: hidden });
    const uv = make("workspace/.uv-env/bin/python");
    expect(find(null, { ...env, UV_PROJECT_ENVIRONMENT: ".uv-env" })).toMatchObject({ path: uv });
    const active = make("active/bin/python");
    expect(find(null, { ...env, VIRTUAL_ENV: join(folder, "active") })).toMatchObject({ path: active });
  });

  test("environments above the workspace are not its own", () => {
    make(".venv/bin/python");
    const onPath = make("bin/python");
    mkdirSync(join(workspace, ".git"));
    expect(find(null)).toMatchObject({ path: onPath });
  });

  test("the conda environment that environment.yml names", () => {
    writeFileSync(join(workspace, "environment.yml"), "name: tuning\ndependencies: [python]\n");
    const conda = make("miniconda/envs/tuning/bin/python");
    mkdirSync(join(home, ".conda"));
    writeFileSync(
      join(home, ".conda/environments.txt"),
      `${join(folder, "miniconda")}\n${join(folder, "miniconda/envs/tuning")}\n`,
    );
    expect(find(null)).toEqual({ path: conda, chosenBy: "conda's environment tuning, by environment.yml" });
  });

  test("relative entries of PATH count for nothing", () => {
    make("bin/python3");
    expect(find(null, { PATH: ".:bin" }).path).toBeUndefined();
  });
});
