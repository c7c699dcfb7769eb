import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setLanguage } from "../../../src/base/l10n.ts";
import { comparePage } from "../../../src/messages/compare-page.ts";
import type { PageContract, ToPage } from "../../../src/messages/envelope.ts";
import { runPage } from "../../../src/messages/run-page.ts";
import { CompareSource } from "../../../src/views/compare/source.ts";
import { LiveRuns } from "../../../src/views/live-runs.ts";
import { RunSource } from "../../../src/views/run/source.ts";
import { PageSession, type PagePort } from "../../../src/views/session.ts";
import type { PageSource } from "../../../src/views/source.ts";
import type { PageAddress } from "./html.ts";
import type { Workspace } from "./scenarios.ts";

export type HarnessSession = Pick<PageSession<PageContract>, "receive" | "setVisible" | "refresh" | "dispose">;

interface Ends extends PagePort {
  act(action: unknown): void;
}

const memories = new Map<string, Record<string, unknown>>();

/** The host's end of a page in the harness: the product's own session and sources; actions are only noted. */
export function openSession(made: Workspace, address: PageAddress, ends: Ends): HarnessSession {
  const texts = join(process.env["PAGES_ROOT"] ?? process.cwd(), `l10n/bundle.l10n.${address.language}.json`);
  const language = address.language === "en" ? {} : (JSON.parse(readFileSync(texts, "utf8")) as Record<string, string>);
  setLanguage(address.language, language);
  const live = new LiveRuns(made.home, (error) => ends.log(String(error)), false);
  const around = { baseline: () => made.baseline, mutedAlerts: () => [], readOnly: () => made.readOnly ?? null };
  const remembered = memories.get(made.home.paths.root) ?? {};
  memories.set(made.home.paths.root, remembered);
  const common = {
    actions: { act: async (action: unknown) => ends.act(action) },
    memory: { all: () => remembered, set: (key: string, value: unknown) => void (remembered[key] = value) },
    port: { send: (message: ToPage) => ends.send(message), log: (message: string) => ends.log(message) },
  };
  if (address.page === "compare") {
    const source: PageSource<typeof comparePage> = new CompareSource(made.home, live, made.runs, around);
    return new PageSession({ contract: comparePage, source, ...common });
  }
  const source: PageSource<typeof runPage> = new RunSource(made.home, live, made.runs[0]!, around);
  return new PageSession({ contract: runPage, source, ...common });
}
