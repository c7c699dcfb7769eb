import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { CudaDescription, PythonDescription } from "../../src/launch/python/probe.ts";
import { MARK } from "../../src/launch/python/scripts.ts";

/** Writes an executable script. */
export function writeProgram(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** An interpreter as it describes itself, when nothing is said about it. */
export const descriptionOf = (more: Partial<PythonDescription> = {}): PythonDescription => ({
  executable: "/opt/python/bin/python3",
  version: "3.11.9",
  prefix: "/opt/python",
  isWide: true,
  isConda: false,
  isUv: false,
  hasPip: true,
  isManaged: false,
  packages: {},
  torchBuilt: null,
  uncompiled: null,
  ...more,
});

/** Writes an interpreter that answers the product's questions and nothing else. */
export function fakePython(path: string, more: Partial<PythonDescription> = {}, cuda?: CudaDescription): void {
  const say = (value: unknown): string => `cat <<'END'\n${MARK}${JSON.stringify(value)}\nEND`;
  writeProgram(
    path,
    `case "$4" in\npackages)\n${say(descriptionOf(more))}\n;;\ncuda)\n${cuda ? say(cuda) : "exit 1"}\n;;\nesac`,
  );
}
