import { expect, test } from "vitest";
import { outsideEditor } from "../../../src/launch/outside-editor.ts";

test("a run gets the environment of a terminal, without what is the editor's own", () => {
  const env = {
    PATH: "/bin",
    HF_HOME: "/models",
    CUDA_VISIBLE_DEVICES: "1",
    VSCODE_IPC_HOOK: "/run/x",
    VSCODE_NLS_CONFIG: "{}",
    ELECTRON_RUN_AS_NODE: "1",
    CODE_SERVER_PARENT_PID: "1",
  };
  expect(outsideEditor(env)).toEqual({ PATH: "/bin", HF_HOME: "/models", CUDA_VISIBLE_DEVICES: "1" });
});
