import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../../../../src/base/errors.ts";
import { openSafetensors, writeSafetensors } from "../../../../../src/trainers/tfjs/weights/safetensors.ts";

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tuning-fork-weights-"));
  path = join(dir, "model.safetensors");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A file as the format's specification says it, put together by hand. */
function writeRaw(header: unknown, data: Uint8Array): void {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([length, json, data]));
}

const entry = (dtype: string, shape: number[], from: number, to: number) => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

function refusal(): UserError {
  try {
    openSafetensors(path).close();
  } catch (error) {
    return error as UserError;
  }
  throw new Error("the file was accepted");
}

describe("reading", () => {
  test("every number type becomes float32, the special values too", () => {
    const half = Uint16Array.of(0x3c00, 0xc000, 0x7c00, 0xfc00, 0x7e00, 0x0001, 0x8000, 0x3555);
    const brain = Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x7fc0);
    const parts: [string, string, number, ArrayBufferView][] = [
      ["f32", "F32", 2, Float32Array.of(1.5, -2)],
      ["f16", "F16", 8, half],
      ["bf16", "BF16", 4, brain],
      ["f64", "F64", 2, Float64Array.of(0.1, 1e300)],
      ["i64", "I64", 2, BigInt64Array.of(-5n, 7n)],
      ["i32", "I32", 1, Int32Array.of(-9)],
      ["u8", "U8", 3, Uint8Array.of(0, 1, 255)],
    ];
    let at = 0;
    const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
    for (const [name, dtype, count, data] of parts) header[name] = entry(dtype, [count], at, (at += data.byteLength));
    writeRaw(header, Buffer.concat(parts.map(([, , , data]) => Buffer.from(data.buffer as ArrayBuffer))));
    const file = openSafetensors(path);
    expect(file.names).toEqual(parts.map(([name]) => name));
    const read = (name: string): number[] => Array.from(file.read(name));
    expect(read("f32")).toEqual([1.5, -2]);
    expect(read("f16")).toEqual([1, -2, Infinity, -Infinity, NaN, 2 ** -24, -0, 0.333251953125]);
    expect(read("bf16")).toEqual([1, -2, Infinity, NaN]);
    expect(read("f64")).toEqual([Math.fround(0.1), Infinity]);
    expect(read("i64")).toEqual([-5, 7]);
    expect(read("i32")).toEqual([-9]);
    expect(read("u8")).toEqual([0, 1, 255]);
    file.close();
  });

  test("a number type it does not know is named when the tensor is asked for", () => {
    writeRaw({ scale: entry("F8_E4M3", [4], 0, 4) }, new Uint8Array(4));
    const file = openSafetensors(path);
    expect(() => file.read("scale")).toThrow(/"scale".*number type F8_E4M3/);
    file.close();
  });
});

test("what is written is read bit by bit, and the data starts aligned", () => {
  const data = Float32Array.of(Math.PI, -0, Number.NaN, 1e-40);
  writeSafetensors(path, [
    { name: "a.weight", shape: [2, 2], data: () => data },
    { name: "b", shape: [], data: () => Float32Array.of(3) },
  ]);
  const file = openSafetensors(path);
  expect(file.shapeOf("a.weight")).toEqual([2, 2]);
  expect(new Uint32Array(file.read("a.weight").buffer)).toEqual(new Uint32Array(data.buffer));
  expect(Array.from(file.read("b"))).toEqual([3]);
  file.close();
  expect(Number(readFileSync(path).readBigUInt64LE()) % 8).toBe(0);
});

describe("a broken file is refused in one sentence that says what is wrong with it", () => {
  test.each<[string, () => void, RegExp]>([
    ["too short", () => writeFileSync(path, "abc"), /has 3 bytes/],
    ["some other file", () => writeFileSync(path, "this is not safetensors at all"), /header would be \d+ bytes long/],
    ["no JSON", () => writeRaw("not json", new Uint8Array()), /header is not JSON/],
    ["a header of nonsense", () => writeRaw({ a: { dtype: "F32" } }, new Uint8Array()), /entry "a" is malformed/],
    ["negative offsets", () => writeRaw({ a: entry("F32", [1], -4, 0) }, new Uint8Array(4)), /entry "a" is malformed/],
    ["backward offsets", () => writeRaw({ a: entry("F32", [1], 4, 0) }, new Uint8Array(4)), /"a" would end/],
    [
      "shape and bytes",
      () => writeRaw({ a: entry("F32", [3], 0, 8) }, new Uint8Array(8)),
      /"a" of shape \[3\] has 8 bytes/,
    ],
  ])("%s", (_, write, message) => {
    write();
    const error = refusal();
    expect(error).toBeInstanceOf(UserError);
    expect(error.code).toBe("weights-broken");
    expect(error.message).toMatch(message);
    expect(error.message).toContain(path);
  });

  test("cut short at any byte of its header or data", () => {
    writeSafetensors(path, [{ name: "a", shape: [4], data: () => new Float32Array(4) }]);
    const whole = readFileSync(path);
    for (let size = whole.length - 1; size >= 0; size--) {
      writeFileSync(path, whole);
      truncateSync(path, size);
      expect(refusal().code, `at ${size} bytes`).toBe("weights-broken");
    }
  });

  test("a file that is not there", () => {
    expect(refusal().code).toBe("weights-unreadable");
  });
});
