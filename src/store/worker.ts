/** The store in a worker thread: opens it, then answers one request after another. */
import { parentPort, workerData } from "node:worker_threads";
import { setLanguage } from "../base/l10n.ts";
import { openDirect } from "./open-direct.ts";
import type { ListQuery } from "./port.ts";
import { carryError, type Reply, type Request, transferables, type WorkerStart } from "./protocol.ts";

const port = parentPort;
if (!port) throw new Error("the store worker runs in a worker thread only");

const settings = workerData as WorkerStart;
setLanguage(settings.language, settings.texts);
const opening = openDirect(settings.root, settings);
opening.catch(() => undefined); // told in the answer to each request

port.on("message", (request: Request) => {
  answer(request).then(
    (value) => reply({ id: request.id, value }),
    (error: unknown) => reply({ id: request.id, error: carryError(error) }),
  );
});

async function answer({ id, call, args }: Request): Promise<unknown> {
  const store = await opening;
  if (call === "close") {
    await store.close();
    setImmediate(() => port?.close());
    return undefined;
  }
  if (call === "reindex") return store.reindex((done, total) => reply({ id, progress: [done, total] }));
  if (call === "list") return store.listPacked(...(args as [ListQuery?]));
  return (store[call] as (...args: unknown[]) => Promise<unknown>)(...args);
}

function reply(message: Reply): void {
  port?.postMessage(message, "value" in message ? transferables(message.value) : []);
}
