import { UserError } from "../../../base/errors.ts";
import { t } from "../../../base/l10n.ts";
import { loadBackend, type BackendName, type LoadedBackend } from "./load.ts";
import { CANDIDATES, probe, type ProbeOptions } from "./probes.ts";

/** A backend that was not used, and why: one sentence. */
export interface SkippedBackend {
  readonly name: string;
  readonly reason: string;
}

/** The backend of this process, and what the run records of the choice. */
export interface SelectedBackend {
  readonly backend: LoadedBackend;
  readonly skipped: readonly SkippedBackend[];
  /** For the run's record: `backend`, `backendDevice`, `backendVersion`, `backendThreads`, `backendsSkipped`. */
  readonly facts: Record<string, unknown>;
}

/**
 * Chooses, loads and sets the backend of this process: the named one, or with `auto` the fastest that a probe finds
 * working. A named one that does not work is a `UserError`.
 */
export async function selectBackend(
  setting: "auto" | BackendName,
  options: ProbeOptions = {},
): Promise<SelectedBackend> {
  const skipped: SkippedBackend[] = [];
  for (const name of setting === "auto" ? CANDIDATES : [setting]) {
    const result = await probe(name, options);
    if (result.works) {
      const backend = await loadBackend(name, options.env);
      if (name === "tensorflow" && backend.device === "cpu") {
        skipped.push({ name: "tensorflow on a GPU", reason: "TensorFlow sees no GPU that it can use." });
      }
      return { backend, skipped, facts: factsOf(backend, skipped) };
    }
    skipped.push({ name, reason: result.reason });
  }
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join(" ");
  throw new UserError("backend-unusable", t("No backend can compute here. {0}", reasons), {
    advice:
      setting === "tensorflow"
        ? t("Run `tuning-fork install-runtime`, or set hardware.backend to auto.")
        : t("Run `tuning-fork doctor` for the details."),
  });
}

function factsOf(backend: LoadedBackend, skipped: readonly SkippedBackend[]): Record<string, unknown> {
  return {
    backend: backend.name,
    backendDevice: backend.device,
    backendVersion: backend.version,
    backendThreads: backend.threads,
    backendsSkipped: skipped,
  };
}
