import { servePages } from "./server.ts";

/** Serves until the parent's channel closes; reloads pages when told. */
async function main(): Promise<void> {
  const server = await servePages(Number(process.env["PAGES_PORT"] ?? 0));
  process.send?.({ url: server.url });
  process.on("message", (message) => {
    if (message === "reload") server.reload();
  });
  process.on("disconnect", () => void server.close().then(() => process.exit(0)));
}

void main();
