import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A GPU the fake `nvidia-smi` knows; values as the real one prints them. */
export type FakeGpu = Record<string, string>;

export const FAKE_GPUS: FakeGpu[] = [
  {
    index: "0",
    uuid: "GPU-aaaaaaaa-0000-1111-2222-333333333333",
    name: "NVIDIA RTX 4090",
    "memory.total": "24564",
    "memory.free": "1000",
    "memory.used": "23564",
    "utilization.gpu": "97",
    "temperature.gpu": "71",
    "power.draw": "401.25",
    driver_version: "550.54.14",
  },
  {
    index: "1",
    uuid: "GPU-bbbbbbbb-0000-1111-2222-333333333333",
    name: "NVIDIA RTX 4090",
    "memory.total": "24564",
    "memory.free": "24000",
    "memory.used": "564",
    "utilization.gpu": "3",
    "temperature.gpu": "38",
    "power.draw": "[N/A]",
    driver_version: "550.54.14",
  },
];

/** Puts a fake `nvidia-smi` into a folder; returns an environment that finds it first. */
export function fakeNvidiaSmi(folder: string, gpus: FakeGpu[] = FAKE_GPUS): NodeJS.ProcessEnv {
  const bin = join(folder, "fake-bin");
  mkdirSync(bin, { recursive: true });
  const script = `#!${process.execPath}
const fields = process.argv[2].replace("--query-gpu=", "").split(",");
for (const gpu of ${JSON.stringify(gpus)}) console.log(fields.map((field) => gpu[field] ?? "[Not Supported]").join(", "));
`;
  const file = join(bin, "nvidia-smi");
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
}
