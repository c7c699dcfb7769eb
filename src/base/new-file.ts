import { linkSync, rmSync, writeFileSync } from "node:fs";
import { errnoOf } from "./errors.ts";
import { writeFileAtomic } from "./files.ts";

/** What a file system says that has no hard links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/**
 * Writes a file that is not there yet: it appears whole or not at all, and never takes the place of another. Throws the
 * system's error, `EEXIST` where the name is taken.
 */
export function writeNewFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileAtomic(draft, text);
    linkSync(draft, path);
  } catch (error) {
    if (!NO_LINKS.includes(errnoOf(error) ?? "")) throw error;
    writeFileSync(path, text, { flag: "wx" });
  } finally {
    rmSync(draft, { force: true });
  }
}
