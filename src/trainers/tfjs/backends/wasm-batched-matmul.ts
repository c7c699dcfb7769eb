import * as tf from "../ops/tf.ts";

/** The parts of the wasm backend that a kernel of our own needs. */
interface WasmBackend extends tf.KernelBackend {
  readonly wasm: WasmModule;
  readonly dataIdMap: { get(dataId: object): { id: number; memoryOffset: number } };
  dataIdNextNumber: number;
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

interface WasmModule {
  readonly tfjs: {
    registerTensor(id: number, elements: number, memoryOffset: number): void;
    disposeData(id: number): void;
  };
  cwrap(name: string, returns: null, types: string[]): MatMulFunction;
}

type MatMulFunction = (
  a: number,
  aShape: Uint8Array,
  aRank: number,
  b: number,
  bShape: Uint8Array,
  bRank: number,
  transposeA: boolean,
  transposeB: boolean,
  out: number,
) => void;

const KERNEL = "BatchMatMul";
const BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * Makes products of stacks of matrices (attention's) fast on the wasm backend. Its own kernel sends only a single
 * untransposed product to the fast library and computes every stack in a scalar loop; this one hands the stack's matrices
 * over one by one, as views into the stack's memory, without a copy. Anything transposed goes to the backend's own kernel.
 * To be called once the wasm backend is set.
 */
export function installBatchedMatMul(): void {
  const own = tf.getKernel(KERNEL, "wasm");
  const { wasm } = tf.backend() as WasmBackend;
  // Of each of the two inputs: id, shape, rank; then transposeA, transposeB, id of the result.
  const types = "number array number number array number number number number".split(" ");
  const product = wasm.cwrap(KERNEL, null, types);
  tf.unregisterKernel(KERNEL, "wasm");
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: "wasm",
    kernelFunc(params) {
      const { a, b } = params.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
      const { transposeA, transposeB } = params.attrs as { transposeA?: boolean; transposeB?: boolean };
      const stack = a.shape.slice(0, -2);
      const count = tf.util.sizeFromShape(stack);
      const plain = !transposeA && !transposeB && stack.join() === b.shape.slice(0, -2).join();
      if (!plain || count <= 1) return own.kernelFunc(params);
      return multiplyStack(params.backend as WasmBackend, product, a, b, stack, count);
    },
  });
}

function multiplyStack(
  backend: WasmBackend,
  product: MatMulFunction,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  stack: number[],
  count: number,
): tf.TensorInfo {
  const { tfjs } = backend.wasm;
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1)!;
  const out = backend.makeOutput([...stack, rows, columns], "float32");
  const parts = [
    { start: offsetOf(backend, a), elements: rows * inner },
    { start: offsetOf(backend, b), elements: inner * columns },
    { start: offsetOf(backend, out), elements: rows * columns },
  ];
  const ids = parts.map(() => backend.dataIdNextNumber++) as [number, number, number];
  const aShape = shapeBytes(rows, inner);
  const bShape = shapeBytes(inner, columns);
  for (let n = 0; n < count; n++) {
    parts.forEach(({ start, elements }, at) => tfjs.registerTensor(ids[at]!, elements, start + n * elements * BYTES));
    product(ids[0], aShape, 3, ids[1], bShape, 3, false, false, ids[2]);
    for (const id of ids) tfjs.disposeData(id); // also drops what the library prepared for this matrix
  }
  return out;
}

const offsetOf = (backend: WasmBackend, { dataId }: tf.TensorInfo): number =>
  backend.dataIdMap.get(dataId).memoryOffset;

const shapeBytes = (rows: number, columns: number): Uint8Array =>
  new Uint8Array(Int32Array.of(1, rows, columns).buffer);
