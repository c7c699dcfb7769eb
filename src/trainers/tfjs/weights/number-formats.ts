/** How the numbers of one safetensors type become float32. */
interface Decoder {
  /** Bytes of one number. */
  readonly bytes: number;
  decode(bytes: Uint8Array): Float32Array;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Decodes number by number; `read` gets the view and a byte offset. */
function each(bytes: number, read: (data: DataView, at: number) => number): Decoder {
  return {
    bytes,
    decode(raw) {
      const data = view(raw);
      return Float32Array.from({ length: raw.length / bytes }, (_, i) => read(data, i * bytes));
    },
  };
}

/** The types of safetensors that the trainer reads, little-endian as the format demands. */
export const DECODERS: Readonly<Record<string, Decoder>> = {
  F32: { bytes: 4, decode: (raw) => new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4) },
  F16: { bytes: 2, decode: decodeHalf },
  BF16: { bytes: 2, decode: decodeBrain },
  F64: each(8, (data, at) => data.getFloat64(at, true)),
  I64: each(8, (data, at) => Number(data.getBigInt64(at, true))),
  I32: each(4, (data, at) => data.getInt32(at, true)),
  U8: each(1, (data, at) => data.getUint8(at)),
};

/** bfloat16 is the upper half of a float32. */
function decodeBrain(raw: Uint8Array): Float32Array {
  const halves = new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  return new Float32Array(words.buffer);
}

let halfTable: Float32Array | undefined;

/** IEEE 754 binary16; all 65,536 values are computed once. */
function decodeHalf(raw: Uint8Array): Float32Array {
  halfTable ??= Float32Array.from({ length: 65_536 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  const halves = new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = halfTable[halves[i]!]!;
  return values;
}
