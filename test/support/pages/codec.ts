/**
 * A message as bytes: the length of its text (32 bits, little-endian), its JSON text, then the bytes of its typed arrays,
 * which the text only names. The editor's own channel does the same: text, and buffers beside it. The page's end stands in
 * `bridge.js`.
 */

/** Where a typed array's bytes begin behind the text, and how many there are. */
interface Place {
  $array: "Float64Array" | "Uint8Array";
  at: number;
  bytes: number;
}

const HEAD_BYTES = 4;

export function encode(message: unknown): Buffer {
  const parts: Uint8Array[] = [];
  let at = 0;
  const text = JSON.stringify(message, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = value.byteLength;
    parts.push(new Uint8Array(value.buffer, value.byteOffset, bytes));
    at += bytes;
    return { $array: value.constructor.name, at: at - bytes, bytes };
  });
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(Buffer.byteLength(text));
  return Buffer.concat([head, Buffer.from(text), ...parts]);
}

export function decode(message: Uint8Array): unknown {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const end = HEAD_BYTES + bytes.readUInt32LE();
  return JSON.parse(bytes.toString("utf8", HEAD_BYTES, end), (_key, value: unknown) => {
    if (!isPlace(value)) return value;
    const own = Uint8Array.from(bytes.subarray(end + value.at, end + value.at + value.bytes));
    return value.$array === "Float64Array" ? new Float64Array(own.buffer) : own;
  });
}

const isPlace = (value: unknown): value is Place => typeof value === "object" && value !== null && "$array" in value;
