// What the product makes of config files: resolved, and checked as far as text and data go.
// usage: checked-configs.mjs < '[{"file": …, "overrides": ["key=value", …]}, …]'   prints [{config, findings}, …]
import { readFileSync } from "node:fs";
import { importSource } from "../../scripts/import-source.mjs";

const { checkFile } = await importSource("src/config/validate.ts");
const asked = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const { file, overrides } of asked) {
  const { config = null, report } = await checkFile(file, { overrides, tiers: ["text", "files"] });
  answers.push({
    config,
    findings: report.diagnostics.map(({ id, severity, message }) => ({ id, severity, message })),
  });
}
console.log(JSON.stringify(answers));
