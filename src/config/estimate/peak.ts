import { BAND, CONTEXT, FRAGMENTATION } from "./formulas.ts";
import type { MemoryParts } from "./types.ts";

/** What a training step needs; bytes. */
export interface StepMemory {
  weights: number;
  optimizer: number;
  gradients: number;
  /** Of all layers at the end of the forward pass. */
  activations: number;
  logits: number;
  /** Of one layer, which the backward pass holds beside all gradients. */
  oneLayer: number;
  /** Gradients of earlier batches of the same step are there during the forward pass. */
  isAccumulating: boolean;
}

/**
 * Memory in use at the fullest of the two moments of a step: the end of the forward pass, when all activations and logits are
 * there and gradients only if earlier batches left them, or the end of the backward pass, when all gradients and one layer's
 * activations are. Without context and fragmentation.
 */
export function memoryInUse(step: StepMemory): Omit<MemoryParts, "overhead"> {
  const { weights, optimizer, gradients, activations, logits, oneLayer, isAccumulating } = step;
  const forward = { weights, optimizer, gradients: isAccumulating ? gradients : 0, activations, logits };
  const backward = { weights, optimizer, gradients, activations: oneLayer, logits: 0 };
  return total(forward) >= total(backward) ? forward : backward;
}

export const total = (parts: Partial<MemoryParts>): number => Object.values(parts).reduce((sum, part) => sum + part, 0);

/** Adds what is not the run's own, and says how far the truth may be. */
export function withOverhead(inUse: Omit<MemoryParts, "overhead">): {
  parts: MemoryParts;
  peakBytes: number;
  lowBytes: number;
  highBytes: number;
} {
  const used = total(inUse);
  const parts = roundedParts({ ...inUse, overhead: CONTEXT.likely + used * FRAGMENTATION.likely });
  return {
    parts,
    peakBytes: total(parts),
    lowBytes: Math.round((used / (1 + BAND.over)) * (1 + FRAGMENTATION.low) + CONTEXT.low),
    highBytes: Math.round((used / (1 - BAND.under)) * (1 + FRAGMENTATION.high) + CONTEXT.high),
  };
}

/** Whole bytes, so that the parts add up to the peak that is shown. */
export const roundedParts = (parts: MemoryParts, factor = 1): MemoryParts => ({
  weights: Math.round(parts.weights * factor),
  gradients: Math.round(parts.gradients * factor),
  optimizer: Math.round(parts.optimizer * factor),
  activations: Math.round(parts.activations * factor),
  logits: Math.round(parts.logits * factor),
  overhead: Math.round(parts.overhead * factor),
});
