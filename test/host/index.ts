/** What the extension host is given to run: every bundled test file beside this one, by mocha, the result as JSON. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

interface Options {
  /** Only tests whose full title holds this. */
  grep: string | null;
  /** Where mocha's JSON report goes. */
  report: string;
}

/** Called by the editor; a rejection tells it that something failed. */
export async function run(): Promise<void> {
  const here = __dirname;
  const { grep, report } = JSON.parse(readFileSync(join(here, "options.json"), "utf8")) as Options;
  const mocha = new Mocha({
    ui: "bdd",
    timeout: 60_000,
    reporter: "json",
    reporterOptions: { output: report },
    ...(grep === null ? {} : { fgrep: grep }),
  });
  for (const name of readdirSync(here).filter((file) => file.endsWith(".test.cjs"))) mocha.addFile(join(here, name));
  const failures = await new Promise<number>((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
