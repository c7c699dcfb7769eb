/** The pages' host as a process: serves pages over scenarios, and says what that costs it. */
import { storePaths } from "../../src/runs/layout.ts";
import { servePages } from "../../test/support/pages/server.ts";
import { watchTurns } from "../lib/idle-turns.ts";
import type { Calls, Question, Reply } from "../lib/page-host.ts";
import { addScenario } from "../lib/page-scenarios.ts";

async function serve(): Promise<void> {
  const server = await servePages();
  let turns: ReturnType<typeof watchTurns> | undefined;
  const calls: Calls = {
    async runs(scenario) {
      addScenario(scenario);
      const { home, runs } = await server.workspace(scenario.name);
      return runs.map((id) => ({ id, dir: storePaths(home.paths.root).run(id) }));
    },
    processorMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    watchTurns: () => void (turns = watchTurns()),
    endTurns: () => turns!.end(),
  };
  const answer = async ({ id, call, args }: Question): Promise<Reply> => {
    try {
      return { id, value: await (calls[call] as (...all: unknown[]) => unknown)(...args) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  process.on("message", (question: Question) => void answer(question).then((reply) => process.send?.(reply)));
  process.once("disconnect", () => void server.close().then(() => process.exit(0)));
  process.send?.({ url: server.url } satisfies Reply);
}

void serve();
