import type { AnyEvent } from "../../../../src/journal/events.ts";
import type { RandomNumbers } from "../../seeded.ts";

export const LABELS = ["billing", "bug", "how-to", "account", "feature"];

const TEXTS: [text: string, label: string][] = [
  ["Charged twice for the March invoice, refund one of them", "billing"],
  ["The export button does nothing since the last update", "bug"],
  [
    "Can I move my subscription to a colleague’s e-mail? She takes over the team in June and my address will be closed.",
    "account",
  ],
  ["Please add dark mode to the mobile app", "feature"],
  ["How do I change the VAT number on my invoices?", "billing"],
  ["Login loops back to the start page on Firefox", "bug"],
  ["Why was my card declined although it works elsewhere?", "billing"],
  ["Is there a way to schedule reports for Monday morning?", "how-to"],
  ["Delete my data according to the privacy law", "account"],
  ["The price on the website differs from the one I pay", "billing"],
  ["Two-factor codes arrive ten minutes late", "bug"],
  ["Where can I find the keyboard shortcuts?", "how-to"],
  ["أريد تغيير عنوان بريدي الإلكتروني", "account"],
  ["请问怎么导出数据 📦?", "how-to"],
  ["<b>Bold</b> & <script>alert(1)</script> in a ticket breaks the list", "bug"],
];

/** The tables of one evaluation: right more often the higher `accuracy`. */
export function evalTables(step: number, timeMs: number, accuracy: number, random: RandomNumbers): AnyEvent[] {
  const confusion = LABELS.map((_, row) => LABELS.map((__, column) => (row === column ? 0 : random.integer(0, 14))));
  confusion.forEach((counts, row) => {
    const wrong = counts.reduce((sum, count) => sum + count, 0);
    counts[row] = Math.round((wrong * accuracy) / (1 - accuracy));
  });
  const samples = Array.from({ length: 200 }, (_, index) => {
    const [text, label] = TEXTS[index % TEXTS.length]!;
    // The same rows are hard at every evaluation, so that two of them differ in what was learnt between.
    const hardness = ((index * 7919) % 101) / 101;
    const right = hardness < accuracy - 0.12 + 0.1 * random.next();
    const prediction = right ? label : random.pick(LABELS.filter((other) => other !== label));
    const top = 0.45 + random.next() * 0.54;
    const shares = LABELS.map((name) => (name === prediction ? top : (1 - top) / (LABELS.length - 1)));
    return [
      index < TEXTS.length ? text : `${text} (${index})`,
      label,
      prediction,
      ...shares.map((share) => Math.round(share * 1e4) / 1e4),
      "data/dev.jsonl",
      13 * index + 14,
    ];
  });
  return [
    {
      t: "table",
      timeMs,
      step,
      name: "eval/confusion_matrix",
      columns: ["label", ...LABELS],
      rows: LABELS.map((label, row) => [label, ...confusion[row]!]),
    },
    {
      t: "table",
      timeMs,
      step,
      name: "eval/report",
      columns: ["label", "precision", "recall", "f1", "support"],
      rows: LABELS.map((label, row) => reportRow(label, row, confusion)),
    },
    {
      t: "table",
      timeMs,
      step,
      name: "eval/samples",
      columns: ["text", "label", "prediction", ...LABELS.map((label) => `p(${label})`), "file", "row"],
      rows: samples,
    },
  ];
}

function reportRow(label: string, row: number, confusion: number[][]): (string | number)[] {
  const right = confusion[row]![row]!;
  const predicted = confusion.reduce((sum, counts) => sum + counts[row]!, 0);
  const support = confusion[row]!.reduce((sum, count) => sum + count, 0);
  const precision = right / Math.max(1, predicted);
  const recall = right / Math.max(1, support);
  return [label, precision, recall, (2 * precision * recall) / Math.max(1e-9, precision + recall), support];
}
