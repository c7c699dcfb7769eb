import type { Check } from "../check.ts";
import { c36 } from "./c36-precision.ts";
import { c37 } from "./c37-half-weights.ts";
import { c38 } from "./c38-fp16.ts";
import { c41 } from "./c41-packing.ts";
import { c42 } from "./c42-flash-attention.ts";
import { c43 } from "./c43-devices.ts";
import { c45 } from "./c45-several-gpus.ts";
import { c46 } from "./c46-gpu-memory.ts";
import { c47 } from "./c47-evaluation-memory.ts";
import { c48 } from "./c48-host-memory.ts";
import { c49 } from "./c49-disk.ts";
import { c52Packages } from "./c52-packages.ts";
import { c53 } from "./c53-accelerate.ts";

/** Checks that look at this machine: GPUs, interpreter, disk. */
export const MACHINE_CHECKS: readonly Check[] = [
  c36,
  c37,
  c38,
  c41,
  c42,
  c43,
  c45,
  c46,
  c47,
  c48,
  c49,
  c52Packages,
  c53,
];
