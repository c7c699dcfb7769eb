import { readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { codeDir } from "../../../src/base/code-dir.ts";
import type { ToPage } from "../../../src/messages/envelope.ts";
import { decode, encode } from "./codec.ts";
import { indexHtml, pageHtml, themeCss, type PageAddress } from "./html.ts";
import { openSession, type HarnessSession } from "./session.ts";
import { SCENARIOS, type Workspace } from "./scenarios.ts";

const root = process.env["PAGES_ROOT"] ?? process.cwd();
const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".ttf": "font/ttf",
  ".map": "application/json",
};

/** What is sent to have a page loaded again. */
const RELOAD = Buffer.alloc(0);

/** A page harness: every page's real bundle over seeded stores, for a plain browser on this machine. */
export interface PageServer {
  url: string;
  /** Actions pages asked for, in order. */
  actions: unknown[];
  /** What pages reported as faults. */
  faults: string[];
  /** Reloads every open page. */
  reload(): void;
  workspace(scenario: string): Promise<Workspace>;
  close(): Promise<void>;
}

/** Serves on loopback; port 0 = any free one. */
export async function servePages(port = 0): Promise<PageServer> {
  const sessions = new Map<string, HarnessSession>();
  const streams = new Map<string, ServerResponse>();
  const waiting = new Map<string, ToPage[]>();
  const workspaces = new Map<string, Promise<Workspace>>();
  const actions: unknown[] = [];
  const faults: string[] = [];
  let serial = 0;

  const workspace = (name: string): Promise<Workspace> => {
    const scenario = SCENARIOS[name];
    if (!scenario) throw new Error(`No scenario ${name}`);
    let made = workspaces.get(name);
    if (!made) workspaces.set(name, (made = scenario.make()));
    return made;
  };
  const send = (id: string, message: ToPage): void => {
    const stream = streams.get(id);
    if (stream) writeFrame(stream, encode(message));
    else waiting.set(id, [...(waiting.get(id) ?? []), message]);
  };

  async function page(address: PageAddress, response: ServerResponse): Promise<void> {
    const id = String(++serial);
    const made = await workspace(address.scenario);
    const session = openSession(made, address, {
      send: (message) => send(id, message),
      log: (message) => faults.push(message),
      act: (action) => actions.push(action),
    });
    sessions.set(id, session);
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(pageHtml(address, id));
  }

  function stream(id: string, response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "application/octet-stream", "Cache-Control": "no-store" });
    response.flushHeaders();
    streams.set(id, response);
    for (const message of waiting.get(id) ?? []) send(id, message);
    waiting.delete(id);
    response.on("close", () => {
      streams.delete(id);
      sessions.get(id)?.dispose();
      sessions.delete(id);
    });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const [, first = "", second = "", third = ""] = url.pathname.split("/");
    if (url.pathname === "/") return end(response, indexHtml(), "text/html; charset=utf-8");
    if (first === "page") return page(addressOf(second, url.searchParams), response);
    if (first === "bridge" && request.method === "GET") return stream(second, response);
    if (first === "bridge") {
      const body = await read(request);
      const session = sessions.get(second);
      if (third === "visible") session?.setVisible(String(body) === "true");
      else session?.receive(decode(body));
      return end(response, "", "text/plain");
    }
    if (first === "theme") return end(response, themeCss(second.replace(/\.css$/, "")), "text/css");
    const path = normalize(url.pathname).replace(/^(\.\.[/\\])+/, "");
    if (first === "favicon.ico") return end(response, "", "image/x-icon");
    // The pages' bundles lie beside this one.
    const base = first === "webview" ? codeDir() : join(root, "test/support/pages");
    return endFile(request, response, join(base, path));
  }

  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(`${request.url}: ${String(error)}`);
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    actions,
    faults,
    reload: () => streams.forEach((response) => writeFrame(response, RELOAD)),
    workspace,
    async close() {
      for (const session of sessions.values()) session.dispose();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await Promise.all([...workspaces.values()].map(async (made) => (await made).remove()));
    },
  };
}

const addressOf = (page: string, query: URLSearchParams): PageAddress => ({
  page: page === "compare" ? "compare" : "run",
  scenario: query.get("scenario") ?? "live",
  theme: query.get("theme") ?? "dark",
  language: query.get("lang") ?? "en",
});

function end(response: ServerResponse, body: string | Uint8Array, type: string): void {
  response.setHeader("Content-Type", type);
  response.end(body);
}

/** A file the browser may keep as long as it asks whether it is still the same: as the editor does with a page's files. */
function endFile(request: IncomingMessage, response: ServerResponse, path: string): void {
  const { mtimeMs, size } = statSync(path);
  const tag = `"${mtimeMs}-${size}"`;
  response.setHeader("Cache-Control", "no-cache");
  response.setHeader("ETag", tag);
  if (request.headers["if-none-match"] !== tag)
    return end(response, readFileSync(path), TYPES[extname(path)] ?? "application/octet-stream");
  response.statusCode = 304;
  response.end();
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** A message behind its length in bytes, as `bridge.js` reads it. */
function writeFrame(response: ServerResponse, message: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(message.length);
  response.cork();
  response.write(length);
  response.write(message);
  response.uncork();
}
