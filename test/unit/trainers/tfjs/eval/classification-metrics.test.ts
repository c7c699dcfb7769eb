import { describe, expect, test } from "vitest";
import table from "../../../../oracles/sklearn-metrics.json" with { type: "json" };
import { areaUnderCurve } from "../../../../../src/trainers/tfjs/eval/area-under-curve.ts";
import { classificationReport } from "../../../../../src/trainers/tfjs/eval/classification-metrics.ts";

const labelsOf = (classes: number): string[] => Array.from({ length: classes }, (_, index) => `class ${index}`);

describe(`metrics as scikit-learn ${table.scikit_learn} computes them`, () => {
  test.each(table.cases)("$name", ({ classes, truth, predicted, confusion, per_class, metrics }) => {
    const report = classificationReport(truth, predicted, labelsOf(classes));
    expect(report.confusion).toEqual(confusion);
    for (const [name, value] of Object.entries(metrics)) expect(report.metrics[name], name).toBeCloseTo(value, 12);
    report.classes.forEach((entry, index) => {
      expect(entry.precision).toBeCloseTo(per_class.precision[index]!, 12);
      expect(entry.recall).toBeCloseTo(per_class.recall[index]!, 12);
      expect(entry.f1).toBeCloseTo(per_class.f1[index]!, 12);
      expect(entry.support).toBe(per_class.support[index]);
    });
  });

  test("the table covers absent classes and one-sided predictions", () => {
    expect(table.cases.length).toBeGreaterThanOrEqual(8);
    expect(table.cases.some(({ classes, truth }) => new Set(truth).size < classes)).toBe(true);
  });
});

describe(`area under the ROC curve as scikit-learn ${table.scikit_learn} measures it`, () => {
  test.each(table.areas)("$name", ({ truth, probabilities, auc }) => {
    expect(areaUnderCurve(Float64Array.from(probabilities.flat()), truth, probabilities[0]!.length)).toBeCloseTo(
      auc,
      12,
    );
  });

  test("a class without rows leaves the others' areas; a single class has none", () => {
    const probabilities = Float64Array.of(0.7, 0.2, 0.1, 0.4, 0.5, 0.1);
    expect(areaUnderCurve(probabilities, [0, 1], 3)).toBe(1);
    expect(areaUnderCurve(probabilities, [1, 0], 3)).toBe(0);
    expect(areaUnderCurve(probabilities, [0, 0], 3)).toBeNaN();
  });

  test("probabilities that are no numbers give NaN", () => {
    expect(areaUnderCurve(Float64Array.of(Number.NaN, Number.NaN, 0.5, 0.5), [0, 1], 2)).toBeNaN();
  });
});

test("no rows give NaN, not a perfect or a zero score", () => {
  expect(classificationReport([], [], ["a", "b"]).metrics).toEqual({
    accuracy: Number.NaN,
    f1_macro: Number.NaN,
    f1_micro: Number.NaN,
    precision_macro: Number.NaN,
    recall_macro: Number.NaN,
  });
});
