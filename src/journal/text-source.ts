/** The text of a journal at byte offsets, whichever form it lies in. */
export class TextSource {
  /** Length of the text in bytes when it was opened. */
  readonly size: number;
  /** Up to `length` bytes from `offset`: none only at the end, and fewer where reading on would cost more. */
  readonly readSome: (offset: number, length: number) => Buffer;
  readonly close: () => void;

  constructor(source: Pick<TextSource, "size" | "readSome" | "close">) {
    this.size = source.size;
    this.readSome = source.readSome;
    this.close = source.close;
  }

  /** `length` bytes from `offset`, fewer only at the end. */
  read(offset: number, length: number): Buffer {
    const parts: Buffer[] = [];
    for (let at = offset; at < offset + length;) {
      const part = this.readSome(at, offset + length - at);
      if (part.length === 0) break;
      parts.push(part);
      at += part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }
}
