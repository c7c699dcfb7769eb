import * as tf from "../ops/tf.ts";

const KERNEL = "Identity";

/**
 * Makes a clone on the wasm backend share the memory of what it is a clone of, as on the other backends; its own kernel
 * copies. Every tensor that waits for the backward pass is such a clone, some hundred in a step. Memory is freed with its
 * last owner, which the backend counts already. To be called once the wasm backend is set.
 */
export function installSharedIdentity(): void {
  tf.unregisterKernel(KERNEL, "wasm");
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: "wasm",
    kernelFunc({ inputs, backend }) {
      const { x } = inputs as { x: tf.TensorInfo };
      (backend as tf.KernelBackend).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}
