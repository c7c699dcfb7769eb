import { planOf } from "../../arithmetic.ts";
import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning, type Path } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import { unchecked, type Check } from "../check.ts";

const MOST_EPOCHS = 10;
const FEW_ROWS = 1000;

/** C35: adapters that see few rows many times, with nothing to stop them. */
export const c35: Check = {
  id: "C35",
  severity: "warning",
  title: "more than 10 epochs of LoRA on fewer than 1,000 rows without early stopping",
  why: "After a few epochs over few rows adapters repeat the training texts by heart, and the model gets worse on all others.",
  async run({ config, facts }) {
    const { method, train, eval: evaluation } = config;
    const isAdapter = method.type === "lora" || method.type === "qlora";
    if (!isAdapter || evaluation.early_stopping_patience !== null) return [];
    if (train.max_steps === null && train.num_train_epochs <= MOST_EPOCHS) return [];
    const data = await facts.data();
    // What is wrong with the data itself is told by the check of that.
    if (!data.known) return data.problem ? [] : unchecked(data.reason);
    const rows = data.facts.rows.train;
    const { stepsPerEpoch } = planOf(config, rows);
    const epochs = train.max_steps === null ? train.num_train_epochs : train.max_steps / stepsPerEpoch;
    if (rows >= FEW_ROWS || epochs <= MOST_EPOCHS) return [];
    const path = train.max_steps === null ? ["train", "num_train_epochs"] : ["train", "max_steps"];
    const message = t(
      "The {0} training rows are seen {1} times, and nothing stops the run when it gets worse. Write `eval.early_stopping_patience`, or fewer epochs.",
      formatCount(rows),
      formatCount(Math.floor(epochs)),
    );
    const fewer = train.max_steps === null ? 3 : 3 * stepsPerEpoch;
    return [
      warning("C35", path, message, {
        fixes: [set(["eval", "early_stopping_patience"], 3), set(path, fewer)],
      }),
    ];
  },
};

const set = (path: Path, value: number) => ({
  title: t("Write {0}", code(`${path.join(".")}: ${value}`)),
  safe: false,
  edits: [{ kind: "set", path, value } as const],
});
