import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { errnoOf } from "../base/errors.ts";
import { openPacked } from "./packed-file.ts";
import { TextSource } from "./text-source.ts";

/** The packed form of a plain journal's path. */
export const packedPath = (path: string): string => `${path}.packed`;

/**
 * Opens a journal for reading, plain or packed; undefined when there is none.
 * With both there, one is being made from the other. The plain one is the truth, as either only appears when it is whole,
 * unless it is shorter than what was packed (then a straggler or a power loss left it).
 */
export function openJournalText(path: string): TextSource | undefined {
  // Twice: between the two looks a journal may have gone from packed to plain.
  return openEither(path) ?? openEither(path);
}

function openEither(path: string): TextSource | undefined {
  const plain = openIfThere(path, openPlain);
  const packed = openIfThere(packedPath(path), openPacked);
  if (!plain || !packed) return plain ?? packed;
  const [chosen, other] = plain.size >= packed.size ? [plain, packed] : [packed, plain];
  other.close();
  return chosen;
}

function openIfThere(path: string, open: (fd: number) => TextSource): TextSource | undefined {
  // A journal has one form and not the other, and a failed opening costs many times what a look does.
  if (!statSync(path, { throwIfNoEntry: false })) return undefined;
  try {
    return open(openSync(path, "r"));
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function openPlain(fd: number): TextSource {
  const { size } = fstatSync(fd);
  return new TextSource({
    size,
    readSome(offset, length) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
      return bytes.subarray(0, bytes.length === 0 ? 0 : readSync(fd, bytes, 0, bytes.length, offset));
    },
    close: () => closeSync(fd),
  });
}
