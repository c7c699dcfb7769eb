import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { formatCount, formatDuration, formatPast } from "../../../src/base/format.ts";
import { displayLanguage, t } from "../../../src/base/l10n.ts";
import { loadLanguage } from "../../../src/base/load-language.ts";

const folder = mkdtempSync(join(tmpdir(), "tf-l10n-"));
writeFileSync(
  join(folder, "bundle.l10n.zh-cn.json"),
  JSON.stringify({ "{0}m {1}s": "{0} 分 {1} 秒", "at step {0}": "第 {0} 步" }),
);

afterEach(() => loadLanguage("en", folder));

test("a bundle translates whole sentences with their values", () => {
  loadLanguage("zh-cn", folder);
  expect(displayLanguage()).toBe("zh-cn");
  expect(t("at step {0}", 760)).toBe("第 760 步");
  expect(formatDuration(186_000)).toBe("3 分 06 秒");
});

test("a text the bundle lacks, and a language without a bundle, stay English", () => {
  loadLanguage("zh-cn", folder);
  expect(t("{0} runs", 3)).toBe("3 runs");
  loadLanguage("de", folder);
  expect(displayLanguage()).toBe("en");
  expect(formatCount(1140)).toBe("1,140");
});

test("dates are in the display language", () => {
  const now = new Date(2026, 10, 24).getTime();
  const then = new Date(2026, 9, 1).getTime();
  expect(formatPast(then, now)).toBe("Oct 1, 2026");
  loadLanguage("zh-cn", folder);
  expect(formatPast(then, now)).toBe("2026年10月1日");
});

test("a placeholder without a value stays visible", () => {
  expect(t("{0} of {1}", 1)).toBe("1 of {1}");
});
