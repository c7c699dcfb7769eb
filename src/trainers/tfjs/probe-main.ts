import { sentenceOf } from "../../base/errors.ts";
import { loadBackend, type BackendName } from "./backends/load.ts";
import type { ProbeResult } from "./backends/probe.ts";
import { linear } from "./ops/linear.ts";
import * as tf from "./ops/tf.ts";

/**
 * `backend-probe.cjs <backend>`: loads a backend, computes one small gradient with it and prints a `ProbeResult` as one
 * line of JSON.
 */
async function probe(name: BackendName): Promise<ProbeResult> {
  try {
    const backend = await loadBackend(name);
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const weight = tf.tensor2d([1, 0, 0, 1, 1, 1], [3, 2]);
    const gradient = tf.grad((w) => tf.sum(linear(x, w as tf.Tensor2D, tf.zeros([2]), false)))(weight);
    const values = Array.from(await gradient.data());
    if (values.join() === "5,5,7,7,9,9") return { works: true, backend };
    return { works: false, reason: `It computes a wrong gradient (${values.join(", ")}).` };
  } catch (error) {
    return { works: false, reason: sentenceOf(error).replaceAll(/\s+/g, " ").trim() };
  }
}

void probe(process.argv[2] as BackendName).then((result) => {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
});
