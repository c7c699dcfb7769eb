#!/usr/bin/env node
import { join } from "node:path";
import { errnoOf } from "../base/errors.ts";
import { codeDir } from "../base/code-dir.ts";
import { loadLanguage } from "../base/load-language.ts";
import packageJson from "../../package.json" with { type: "json" };
import { runCommandLine } from "./program.ts";

/** A reader that has seen enough (`tuning-fork list | head`) ends the program quietly. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (errnoOf(error) !== "EPIPE") throw error;
    process.exit(0);
  });
}

const { LC_ALL, LC_MESSAGES, LANG } = process.env;
const locale = (LC_ALL || LC_MESSAGES || LANG || "en").split(".")[0]?.replace("_", "-").toLowerCase();
loadLanguage(locale ?? "en", join(codeDir(), "..", "l10n"));

void runCommandLine(process.argv.slice(2), packageJson.version).then((code) => {
  process.exitCode = code;
});
