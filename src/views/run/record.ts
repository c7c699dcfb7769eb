/** Reading what a run's config and environment hold, whatever they hold: another version or a hand may have written them. */
import type { RunRecord } from "../../runs/model.ts";

export const numberOr = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
export const textOr = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** A group of the config or an object of the environment; empty when it is none. */
export const objectIn = (holder: Record<string, unknown>, name: string): Record<string, unknown> => {
  const value = holder[name];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
};

export const listIn = (holder: Record<string, unknown>, name: string): Record<string, unknown>[] => {
  const value = holder[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
};

/** A setting of the resolved config. */
export const setting = (record: Pick<RunRecord, "config">, group: string, key: string): unknown =>
  objectIn(record.config, group)[key];
