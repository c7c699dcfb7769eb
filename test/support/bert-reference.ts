import { SIZES, type BertWeights } from "./bert-folder.ts";

type Rows = number[][];

/**
 * Logits of one unpadded text by `BertForSequenceClassification`, written out in plain float64 loops after Devlin et al.
 * 2018 and transformers' documentation, sharing no code with the trainer.
 * @param activation of the dense layer below the classifier, in which the families differ
 */
export function bertLogits(weights: BertWeights, ids: readonly number[], activation = Math.tanh): number[] {
  const at = (name: string): Float32Array => weights.get(name)!.data;
  const { hidden, heads, layers } = SIZES;
  const row = (name: string, index: number): number[] =>
    Array.from(at(name).slice(index * hidden, (index + 1) * hidden));
  const linear = (x: Rows, name: string): Rows => {
    const [outputs, inputs] = weights.get(`${name}.weight`)!.shape as [number, number];
    const [w, b] = [at(`${name}.weight`), at(`${name}.bias`)];
    return x.map((values) =>
      Array.from({ length: outputs }, (_, o) =>
        values.reduce((sum, value, i) => sum + value * w[o * inputs + i]!, b[o]!),
      ),
    );
  };
  const norm = (x: Rows, name: string): Rows =>
    x.map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return values.map(
        (value, i) =>
          ((value - mean) / Math.sqrt(variance + 1e-12)) * at(`${name}.weight`)[i]! + at(`${name}.bias`)[i]!,
      );
    });
  const add = (a: Rows, b: Rows): Rows => a.map((values, r) => values.map((value, c) => value + b[r]![c]!));

  let x = norm(
    ids.map((id, position) =>
      row("bert.embeddings.word_embeddings.weight", id).map(
        (value, i) =>
          value +
          row("bert.embeddings.position_embeddings.weight", position)[i]! +
          row("bert.embeddings.token_type_embeddings.weight", 0)[i]!,
      ),
    ),
    "bert.embeddings.LayerNorm",
  );
  const width = hidden / heads;
  for (let n = 0; n < layers; n++) {
    const layer = `bert.encoder.layer.${n}`;
    const [q, k, v] = ["query", "key", "value"].map((part) => linear(x, `${layer}.attention.self.${part}`)) as [
      Rows,
      Rows,
      Rows,
    ];
    const mixed = x.map(() => Array.from({ length: hidden }, () => 0));
    for (let head = 0; head < heads; head++) {
      for (let from = 0; from < x.length; from++) {
        const scores = x.map((_, to) => {
          let dot = 0;
          for (let i = head * width; i < (head + 1) * width; i++) dot += q[from]![i]! * k[to]![i]!;
          return Math.exp(dot / Math.sqrt(width));
        });
        const total = scores.reduce((sum, score) => sum + score, 0);
        for (let i = head * width; i < (head + 1) * width; i++)
          mixed[from]![i] = scores.reduce((sum, score, to) => sum + (score / total) * v[to]![i]!, 0);
      }
    }
    const middle = norm(
      add(x, linear(mixed, `${layer}.attention.output.dense`)),
      `${layer}.attention.output.LayerNorm`,
    );
    const wide = linear(middle, `${layer}.intermediate.dense`).map((values) => values.map(gelu));
    x = norm(add(middle, linear(wide, `${layer}.output.dense`)), `${layer}.output.LayerNorm`);
  }
  const pooled = linear([x[0]!], "bert.pooler.dense").map((values) => values.map(activation));
  return linear(pooled, "classifier")[0]!;
}

/** x · Φ(x); Φ by Simpson's rule over the normal density, exact to about 1e-10 here. */
export function gelu(x: number): number {
  const steps = 400;
  const h = x / steps;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * density(i * h);
  return x * (0.5 + (sum * h) / 3);
}
