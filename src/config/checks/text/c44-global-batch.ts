import { t } from "../../../base/l10n.ts";
import { error, keyOf, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import type { PlainMap } from "../../schema/view.ts";
import type { Check } from "../check.ts";
import { pasted, pastedValues, positive, type Pasted } from "./pasted.ts";

/** C44: batch sizes over all devices (of pasted configs and of scripts) that cannot be shared out evenly. */
export const c44: Check = {
  id: "C44",
  severity: "error",
  title: "a global batch that cannot be shared out evenly (pasted configs and scripts)",
  why: "Tools that take a batch size over all devices end with an error at the start when a device would get half a row or half a group.",
  run: ({ written, config }) => unevenBatches(written, devicesOf(config.hardware.devices)),
  runScript: ({ written, config }) => unevenBatches(written, devicesOf(config.hardware.devices)),
};

const devicesOf = (devices: "auto" | number | readonly unknown[]): number =>
  devices === "auto" ? 1 : typeof devices === "number" ? devices : devices.length;

function unevenBatches(written: PlainMap, ownDevices: number): Finding[] {
  const world = positive(pasted(written, "world_size", "num_processes", "num_gpus", "n_gpu")) ?? ownDevices;
  const perDevice = positive(
    pasted(written, "per_device_train_batch_size", "micro_batch_size", "train_micro_batch_size_per_gpu"),
  );
  const global = pasted(written, "global_batch_size", "global_train_batch_size", "generation_batch_size");
  const groups = positive(pasted(written, "num_generations"));
  const share = (perDevice ?? 1) * world;
  return [
    ...uneven(global, share, (key, size) =>
      perDevice === undefined
        ? t("{0} is {1} rows, which {2} devices cannot share evenly. Write a multiple of {2}.", key, size, world)
        : t(
            "{0} is {1} rows, which is not a multiple of {2} rows on each of {3} devices. Write a multiple of {4}.",
            key,
            size,
            perDevice,
            world,
            share,
          ),
    ),
    ...(groups === undefined ? [] : unevenGroups(written, global, groups, perDevice === undefined ? undefined : share)),
  ];
}

/** Answers to one prompt are compared with each other, so that a batch takes whole groups of them (GRPO). */
function unevenGroups(
  written: PlainMap,
  global: Pasted | undefined,
  groups: number,
  share: number | undefined,
): Finding[] {
  const accumulation = positive(pasted(written, "gradient_accumulation_steps")) ?? 1;
  const size = positive(global) ?? (share === undefined ? undefined : share * accumulation);
  const place = pastedValues(written).find(({ name }) => name === "num_generations")!;
  if (size === undefined || size % groups === 0) return [];
  const message = t(
    "{0} is {1}, but a batch of {2} rows does not hold whole groups of so many. Write a divisor of {2}.",
    code(keyOf(place.path)),
    groups,
    size,
  );
  return [error("C44", place.path, message)];
}

function uneven(one: Pasted | undefined, share: number, sentence: (key: string, size: number) => string): Finding[] {
  const size = positive(one);
  if (!one || size === undefined || size % share === 0) return [];
  return [error("C44", one.path, sentence(code(keyOf(one.path)), size))];
}
