/** Typed arrays in JSON: what the editor's own channel does, done over HTTP. The page's end stands in `bridge.js`. */

export function encode(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { $array: value.constructor.name, data: bytes.toString("base64") };
  });
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || !("$array" in value)) return value;
    return new Uint8Array(Buffer.from(String((value as unknown as { data: string }).data), "base64"));
  });
}
