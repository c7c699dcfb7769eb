import { join } from "node:path";

/**
 * The folder with the sibling bundles (`runner.cjs`, `journal-thread.cjs`, `wasm/`, `models/`).
 * Of a bundle: its own folder, so that a run's content-addressed copy finds its own parts. From the sources (tests): `dist`.
 */
export function codeDir(): string {
  const here = import.meta.dirname;
  return here.endsWith(join("src", "base")) ? join(here, "..", "..", "dist") : here;
}
