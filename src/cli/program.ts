import { Command as Commander, CommanderError, Option as CommanderOption } from "commander";
import { t } from "../base/l10n.ts";
import { whoAsks } from "../runs/who-asks.ts";
import { commands, type Command } from "./commands.ts";
import { EXIT, type Context } from "./context.ts";
import { reportFailure } from "./failures.ts";
import { openTerminal } from "./terminal.ts";

interface Globals {
  workspace?: string;
  json?: boolean;
}

/**
 * Runs the command line and resolves to its exit code. Output goes to the process's streams; nothing here ends the
 * process, so that everything written is also delivered.
 */
export async function runCommandLine(argv: string[], version: string): Promise<number> {
  const out = openTerminal(process.stdout, process.env);
  const err = openTerminal(process.stderr, process.env);
  const context = (globals: Globals): Context => ({
    out,
    err,
    json: globals.json ?? false,
    where: { cwd: process.cwd(), env: process.env, workspace: globals.workspace },
    by: whoAsks("cli"),
  });
  let code: number = EXIT.done;
  const program = new Commander("tuning-fork")
    .description(t("Fine-tune models on your own machine, and keep every run."))
    .version(version)
    .option("-C, --workspace <dir>", t("folder whose runs are meant (default: found from the current folder)"))
    .option("--json", t("print one JSON value (docs/cli.md)"))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: () => undefined })
    .exitOverride();
  for (const command of commands()) {
    addCommand(program, command, async (args, options) => {
      const module = await command.load();
      code = await module.run(context(program.opts<Globals>()), args, options as never);
    });
  }
  try {
    if (argv.length === 0) {
      program.outputHelp();
      return EXIT.usage;
    }
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // help or version
    return reportFailure(context({ json: argv.includes("--json") }), error);
  }
}

function addCommand(
  program: Commander,
  spec: Command,
  act: (args: string[], options: Record<string, unknown>) => Promise<void>,
): void {
  const command = program.command(spec.name).description(spec.summary).summary(spec.summary);
  for (const [syntax, description] of spec.arguments ?? []) command.argument(syntax, description);
  for (const [flags, description, parse, preset] of spec.options ?? []) {
    const option = new CommanderOption(flags, description);
    if (parse) option.argParser(parse);
    if (preset !== undefined) option.default(preset, Array.isArray(preset) ? "none" : undefined);
    command.addOption(option);
  }
  if (spec.examples) {
    command.addHelpText(
      "after",
      `\n${t("Examples:")}\n${spec.examples.map((text) => `  tuning-fork ${text}`).join("\n")}`,
    );
  }
  command.action(async (...all: unknown[]) => {
    // Commander passes the arguments, then the options, then the command itself.
    const args = all
      .slice(0, -2)
      .flat()
      .filter((arg) => arg !== undefined) as string[];
    await act(args, command.opts());
  });
}
