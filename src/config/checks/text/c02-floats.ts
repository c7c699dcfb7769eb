import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import { script } from "../../schema/surroundings.ts";
import { view } from "../../schema/view.ts";
import type { Check } from "../check.ts";
import { rewrite, tokensIn, type Token } from "./tokens.ts";

/** C02: numbers that PyYAML reads as texts. Ours are handed over as JSON; a script that reads this file itself gets a text. */
export const c02: Check = {
  id: "C02",
  severity: "warning",
  title: "a number that PyYAML reads as a text (`1e-5`)",
  why: "PyYAML takes a number with an exponent only with a point and a sign. A script that reads this file itself gets a text, and fails where it calculates with it.",
  runScript({ parsed }) {
    const params = parsed?.document.getIn(["script", "params"]);
    const schema = view(script).properties!["params"]!;
    return tokensIn(schema, params, () => true, ["script", "params"])
      .filter(isSplit)
      .map((token) => {
        const better = forBoth(token.text);
        const message = t(
          "{0} is a number here, but a text for scripts that read this file with PyYAML. Write {1}.",
          code(token.text),
          code(better),
        );
        const fix = { title: t("Write {0}", code(better)), safe: true, edits: [rewrite(token, better)] };
        return warning("C02", token.path, message, { fixes: [fix] });
      });
  },
};

/** PyYAML's pattern of a float without sixties and infinities (`yaml/resolver.py`). */
const PYYAML_FLOAT = /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.[\d][\d_]*(?:[eE][-+]\d+)?)$/;
const PARTS = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?)(\d+))?$/;

function isSplit({ text, value }: Token): boolean {
  const isFloat = typeof value === "number" && /[.eE]/.test(text) && PARTS.test(text);
  return isFloat && !PYYAML_FLOAT.test(text);
}

/** The same number in the way that all readers take for one: `1.0e-5`, `5.0e+5`, `-0.5`. */
function forBoth(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponentSign = "", exponent] = PARTS.exec(text) ?? [];
  const power = exponent === undefined ? "" : `e${exponentSign || "+"}${exponent}`;
  return `${sign}${whole || "0"}.${fraction || "0"}${power}`;
}
