/**
 * TensorFlow.js as the trainer uses it: the core with all gradients registered, without chained methods and without a
 * backend. Importing `@tensorflow/tfjs-core` alone registers no gradients, so everything here imports this file.
 */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";

export * from "@tensorflow/tfjs-core";
