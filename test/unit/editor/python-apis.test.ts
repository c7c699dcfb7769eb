import { describe, expect, test } from "vitest";
import type * as vscode from "vscode";
import {
  chooseIn,
  chosenIn,
  onChosenIn,
  type EnvironmentsApi,
  type PythonApi,
} from "../../../src/editor/python/apis.ts";

/** What the Python extensions answer, as their published interfaces have it; neither runs where tests do. */

const uri = (fsPath: string): vscode.Uri => ({ fsPath }) as vscode.Uri;
const never = (() => ({ dispose: () => undefined })) as unknown as vscode.Event<unknown>;

function pythonApi(resolved: string | undefined): PythonApi & { chosen: [string, string | undefined][] } {
  const chosen: [string, string | undefined][] = [];
  return {
    chosen,
    environments: {
      getActiveEnvironmentPath: (resource) => ({ path: resource ? "/w/.venv" : "python" }),
      resolveEnvironment: async (environment) =>
        typeof environment === "object" && environment.path === "/w/.venv"
          ? { executable: resolved === undefined ? {} : { uri: { fsPath: resolved } } }
          : undefined,
      updateActiveEnvironmentPath: async (path, resource) => void chosen.push([path, resource?.fsPath]),
      onDidChangeActiveEnvironmentPath: never,
    },
  };
}

function environmentsApi(
  executable: string | undefined,
  error?: string,
): EnvironmentsApi & { set: [string | undefined, unknown][] } {
  const set: [string | undefined, unknown][] = [];
  const environment = {
    ...(executable === undefined ? {} : { execInfo: { run: { executable } } }),
    ...(error === undefined ? {} : { error }),
  };
  return {
    set,
    getEnvironment: async (scope) => (scope ? environment : undefined),
    resolveEnvironment: async (place) => (place.fsPath === "/unknown/python" ? undefined : environment),
    setEnvironment: async (scope, chosen) => void set.push([scope?.fsPath, chosen]),
    onDidChangeEnvironment: never,
  };
}

describe("the interpreter that was chosen", () => {
  test("in the Python extension: what its folder resolves to", async () => {
    const python = pythonApi("/w/.venv/bin/python");
    expect(await chosenIn({ environments: undefined, python }, uri("/w/a.yaml"))).toBe("/w/.venv/bin/python");
    // Nothing chosen: it says `python`, and that resolves to nothing.
    expect(await chosenIn({ environments: undefined, python }, undefined)).toBeUndefined();
    // An environment of conda without Python.
    expect(await chosenIn({ environments: undefined, python: pythonApi(undefined) }, uri("/w"))).toBeUndefined();
  });

  test("in Python Environments, which goes before; one with an error is none", async () => {
    const python = pythonApi("/other/python");
    const choice = (environments: EnvironmentsApi, resource?: vscode.Uri) =>
      chosenIn({ environments, python }, resource);
    expect(await choice(environmentsApi("/w/.venv/bin/python"), uri("/w"))).toBe("/w/.venv/bin/python");
    expect(await choice(environmentsApi("/w/.venv/bin/python", "gone"), uri("/w"))).toBeUndefined();
    expect(await choice(environmentsApi("python"), uri("/w"))).toBeUndefined();
    expect(await choice(environmentsApi("/w/.venv/bin/python"))).toBeUndefined();
  });

  test("is nobody's where neither is installed", async () => {
    const none = { environments: undefined, python: undefined };
    expect(await chosenIn(none, uri("/w"))).toBeUndefined();
    expect(await chooseIn(none, uri("/w/python"), uri("/w"))).toBe(false);
    expect(onChosenIn(none, () => undefined)).toBeUndefined();
    expect(onChosenIn({ environments: undefined, python: {} }, () => undefined)).toBeUndefined();
  });
});

test("an interpreter is chosen in the extension that is there", async () => {
  const python = pythonApi(undefined);
  expect(await chooseIn({ environments: undefined, python }, uri("/w/.venv/bin/python"), uri("/w/a.yaml"))).toBe(true);
  expect(python.chosen).toEqual([["/w/.venv/bin/python", "/w/a.yaml"]]);
  const environments = environmentsApi("/w/.venv/bin/python");
  expect(await chooseIn({ environments, python }, uri("/w/.venv/bin/python"), uri("/w"))).toBe(true);
  expect(environments.set).toEqual([["/w", await environments.getEnvironment(uri("/w"))]]);
  expect(await chooseIn({ environments, python }, uri("/unknown/python"), uri("/w"))).toBe(false);
  expect(python.chosen).toHaveLength(1);
});
