import { t } from "../../../base/l10n.ts";
import { error, warning } from "../../diagnostic.ts";
import type { Check } from "../check.ts";
import { setting } from "./mend.ts";

const PATH = ["model", "trust_remote_code"];

/** C56: code that comes with a model and is run. */
export const c56: Check = {
  id: "C56",
  severity: ["error", "warning"],
  title: "`model.trust_remote_code: true`; in a folder that is not trusted an error",
  why: "Python code from the model's repository is run with your rights: it can read your keys and files, and it changes with the repository unless a revision is named.",
  run({ config: { model }, env }) {
    if (!model.trust_remote_code) return [];
    const fixes = [setting(PATH, false)];
    if (env["TUNING_FORK_TRUSTED"] === "0") {
      return [
        error(
          "C56",
          PATH,
          t("This folder is not trusted, so that code which comes with a model is not run. Trust the folder first."),
          { fixes },
        ),
      ];
    }
    const message = model.name_or_path.includes("@")
      ? t("Code that comes with the model will run on this machine with your rights. Write false if it needs none.")
      : t(
          "Code that comes with the model will run on this machine with your rights. Write false if it needs none, else name a revision you have read: `org/name@commit`.",
        );
    return [warning("C56", PATH, message, { fixes })];
  },
};
