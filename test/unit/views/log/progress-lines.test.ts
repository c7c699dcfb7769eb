import { describe, expect, test } from "vitest";
import { isProgress, ProgressLines, progressShape } from "../../../../src/views/log/progress-lines.ts";

function foldsOf(lines: readonly string[]): [number, number][] {
  const progress = new ProgressLines();
  for (const [index, line] of lines.entries()) progress.take(index + 1, line, true);
  const { starts, counts } = progress.since(0);
  return [...starts].map((start, index) => [start, counts[index]!]);
}

describe("progress lines", () => {
  test.each([
    ["tqdm", " 42%|████▏     | 42/100 [00:10<00:14,  4.12it/s]", " 97%|█████████▋| 97/100 [00:21<00:00,  4.20it/s]"],
    [
      "tqdm with a loss",
      "Epoch 1: 10%|█ | 1/10 [00:01<?, ?it/s, loss=0.9]",
      "Epoch 1: 90%|█████████ | 9/10 [00:09<00:01, 1.0it/s, loss=0.1]",
    ],
    ["keras", "12/100 [==>...........] - ETA: 3s - loss: 0.31", "99/100 [============>.] - ETA: 0s - loss: 0.11"],
    [
      "a download",
      "model.safetensors:  3%|3 | 31.5M/1.1G [00:02<01:10, 14.9MB/s]",
      "model.safetensors: 98%|#9 | 1.0G/1.1G [01:10<00:01, 15.0MB/s]",
    ],
  ])("two updates of %s have one shape", (_name, early, late) => {
    expect([isProgress(early), isProgress(late)]).toEqual([true, true]);
    expect(progressShape(early)).toBe(progressShape(late));
  });

  test.each(["Epoch 1/3", "step 10: loss 0.31", "accuracy 91.2 %", "see docs/a/b.md", ""])(
    "a message is none: %j",
    (line) => {
      expect(isProgress(line)).toBe(false);
    },
  );

  test("three neighbours make a stretch, two do not, and another display begins another", () => {
    const train = (step: number): string => `Train: ${step}%|███ | ${step}/100 [1s, 3.00it/s]`;
    const evaluate = (step: number): string => `Eval: ${step}%|███ | ${step}/100 [1s, 3.00it/s]`;
    const lines = [
      "start",
      train(1),
      train(2),
      "message",
      train(3),
      train(4),
      train(5),
      evaluate(1),
      evaluate(2),
      evaluate(3),
      evaluate(4),
    ];
    expect(foldsOf(lines)).toEqual([
      [5, 3],
      [8, 4],
    ]);
  });
});
