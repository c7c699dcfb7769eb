import { t } from "../../../base/l10n.ts";
import { keyOf } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { Path } from "../../path.ts";
import { code } from "../../schema/words.ts";

/** Takes a key away; one of several ways to go on. */
export const removal = (path: Path): Fix => ({
  title: t("Remove {0}", code(keyOf(path))),
  safe: false,
  edits: [{ kind: "remove", path }],
});

/** Writes a value; one of several ways to go on. */
export const setting = (path: Path, value: string | number | boolean): Fix => ({
  title: t("Write {0}", code(`${keyOf(path)}: ${value}`)),
  safe: false,
  edits: [{ kind: "set", path, value }],
});
