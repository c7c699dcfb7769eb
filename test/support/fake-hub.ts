import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const COMMIT = "89abcdef0123456789abcdef0123456789abcdef";

/** A Hugging Face hub with one model, as far as fetching its files asks for it. */
export interface FakeHub {
  readonly url: string;
  /** Method and path of each request, in order, and the token it brought. */
  readonly requests: { line: string; token: string | undefined }[];
  close(): Promise<void>;
}

/** @param hangAt the file whose download starts and never goes on */
export async function startFakeHub(id: string, files: Record<string, Uint8Array>, hangAt?: string): Promise<FakeHub> {
  const requests: FakeHub["requests"] = [];
  const describe = (path: string) => {
    const content = files[path]!;
    return { type: "file", path, size: content.length, oid: createHash("sha1").update(content).digest("hex") };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent((request.url ?? "").split("?")[0]!);
    requests.push({ line: `${request.method} ${path}`, token: request.headers.authorization });
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    if (path.startsWith(`/api/models/${id}/revision/`)) {
      json(200, {
        _id: "1",
        id,
        sha: COMMIT,
        private: false,
        downloads: 0,
        likes: 0,
        gated: false,
        lastModified: "2026-01-01T00:00:00.000Z",
      });
    } else if (path === `/api/models/${id}/paths-info/${COMMIT}`) {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { paths } = JSON.parse(Buffer.concat(chunks).toString()) as { paths: string[] };
      json(200, paths.filter((name) => files[name]).map(describe));
    } else if (path.startsWith(`/${id}/resolve/${COMMIT}/`)) {
      const name = path.slice(`/${id}/resolve/${COMMIT}/`.length);
      send(request, response, files[name]!, describe(name).oid, name === hangAt);
    } else {
      json(404, { error: "Repository not found" });
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array,
  etag: string,
  hangs: boolean,
): void {
  const [, from = "0", to = ""] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "") ?? [];
  const end = to === "" ? content.length - 1 : Math.min(Number(to), content.length - 1);
  const part = content.subarray(Number(from), end + 1);
  response.writeHead(request.headers.range ? 206 : 200, {
    etag: `"${etag}"`,
    "accept-ranges": "bytes",
    "content-length": part.length,
    "content-range": `bytes ${from}-${end}/${content.length}`,
  });
  if (hangs && part.length > 1) response.write(part.subarray(0, part.length >> 1));
  else response.end(part);
}
