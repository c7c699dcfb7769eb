import { t } from "../../../base/l10n.ts";
import { modelNames } from "../../../models/cache.ts";
import type { AssistOptions } from "../types.ts";
import type { Asked, Found } from "./asked.ts";
import type { Choice } from "./choice.ts";
import { paths } from "./paths.ts";

/** Models that are on this machine: built in, in the Hugging Face cache, and folders. */
export async function models(asked: Asked, _options: AssistOptions): Promise<Found> {
  const { config, env } = asked.document;
  const isEmbedded = config !== undefined && config.task !== "script" && config.model.framework === "tfjs";
  const builtIn: Choice[] = [
    { value: "builtin:use-lite", kind: "model", detail: t("built in: sentence encoder, works offline") },
    { value: "builtin:tiny", kind: "model", detail: t("built in: a small new network, works offline") },
  ];
  const cached = modelNames(env).map((value): Choice => ({
    value,
    kind: "model",
    detail: t("in the Hugging Face cache"),
  }));
  const folders = await paths(asked, "model");
  return { choices: [...(isEmbedded ? builtIn : []), ...cached, ...folders.choices], isLate: folders.isLate };
}
