import { nearest } from "../../../base/nearest.ts";
import { t } from "../../../base/l10n.ts";
import { hasLoraDefaults, loraDefaults } from "../../../models/architectures.ts";
import { error, warning, type Finding } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { ModelFacts } from "../../facts/facts.ts";
import { fitOf, suggestTargets } from "../../facts/model/targets.ts";
import { code, joinWords } from "../../schema/words.ts";
import { unchecked, type Check, type CheckResult } from "../check.ts";
import { withModel } from "./known.ts";
import { hasAdapters } from "./method.ts";

const PATH = ["method", "target_modules"];

/** C25: adapters for layers the architecture does not have. */
export const c25: Check = {
  id: "C25",
  severity: ["error", "warning"],
  title: "`method.target_modules` that name nothing in the model",
  why: "PEFT ends with an error when no name fits, and leaves out silently those that do not fit beside others.",
  async run(context) {
    if (!hasAdapters(context.config)) return [];
    const targets = context.config.method.target_modules;
    if (targets === "all-linear") return [];
    return withModel(context, (facts) => (targets === "auto" ? automatic(facts) : listed(targets, facts)));
  },
};

/** `auto` is PEFT's own choice, which it has for some architectures only. */
function automatic(facts: ModelFacts): CheckResult {
  if (facts.type === "") return unchecked(t("its config.json names no `model_type`"));
  if (hasLoraDefaults(facts.type)) return [];
  const fixes = [write(["all-linear"], "all-linear")];
  return [
    error(
      "C25",
      PATH,
      t(
        "PEFT has no layers of its own choice for {0}. Name them in `method.target_modules`, or write {1}.",
        code(facts.type),
        code("all-linear"),
      ),
      { fixes },
    ),
  ];
}

function listed(targets: readonly string[], facts: ModelFacts): CheckResult {
  if (facts.tensors.length === 0) {
    return unchecked(t("the layers of {0} are known only from its weights, which are not here", code(facts.type)));
  }
  const fits = targets.map((target) => fitOf(facts, target));
  const unsupported = targets.flatMap((target, index) =>
    fits[index] === "unsupported" ? [untouchable(target, index)] : [],
  );
  if (unsupported.length > 0) return unsupported;
  if (!fits.includes("adapts")) return [nothing(targets, facts)];
  return targets.flatMap((target, index) => (fits[index] === "nothing" ? [stray(target, index, targets, facts)] : []));
}

function nothing(targets: readonly string[], facts: ModelFacts): Finding {
  const defaults = loraDefaults(facts.type);
  const there = suggestTargets(facts).map(({ name }) => name);
  const near = targets.map((target) => nearest(target, there));
  const isNear = near.every((name) => name !== undefined);
  const hint = defaults
    ? t("PEFT's own choice is {0}.", joinWords(defaults.map(code), "and"))
    : t("Its linear layers are {0}.", joinWords(there.slice(0, 8).map(code), "and"));
  const message = t(
    "No layer of this {0} model is called {1}. {2}",
    code(facts.type),
    joinWords(targets.map(code), "or"),
    hint,
  );
  const fixes = [
    ...(isNear ? [write([...new Set(near)])] : []),
    ...(defaults ? [write([...defaults]), write(["auto"], "auto")] : []),
    write(["all-linear"], "all-linear"),
  ];
  // What was probably meant may be PEFT's own choice.
  const different = fixes.filter(({ title }, at) => fixes.findIndex((other) => other.title === title) === at);
  return error("C25", PATH, message, { fixes: different });
}

/** One name of several fits nothing. */
function stray(target: string, index: number, targets: readonly string[], facts: ModelFacts): Finding {
  const there = suggestTargets(facts).map(({ name }) => name);
  const near = nearest(
    target,
    there.filter((name) => !targets.includes(name)),
  );
  const path = [...PATH, index];
  const message = t(
    "No layer of this {0} model is called {1}, so that it is left out. The linear layers are {2}.",
    code(facts.type),
    code(target),
    joinWords(there.slice(0, 8).map(code), "and"),
  );
  const rename: Fix[] =
    near === undefined
      ? []
      : [{ title: t("Write {0}", code(near)), safe: false, edits: [{ kind: "set", path, value: near }] }];
  const remove: Fix = { title: t("Remove {0}", code(target)), safe: false, edits: [{ kind: "remove", path }] };
  return warning("C25", path, message, { fixes: [...rename, remove] });
}

/** A name that stands for something PEFT cannot adapt: a norm, or a block that is not a layer itself. */
function untouchable(target: string, index: number): Finding {
  return error(
    "C25",
    [...PATH, index],
    t(
      "{0} is not a layer that adapters can be put on. Name linear layers, or write {1}.",
      code(target),
      code("all-linear"),
    ),
    {
      fixes: [write(["all-linear"], "all-linear")],
    },
  );
}

function write(names: readonly (string | undefined)[], value: unknown = names): Fix {
  const title = t("Write {0}", joinWords(names.map(code), "and"));
  return { title, safe: false, edits: [{ kind: "set", path: PATH, value }] };
}
