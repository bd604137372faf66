import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Answerable, Asset, SentFile } from "./page-assets.ts";

export interface PageServerOptions {
  readonly assets: ReadonlyMap<string, Asset>;
  /** Answer for a path that is none of `assets`; undefined for none. Called for each request. */
  answer(path: string): Promise<Answerable | undefined>;
  /** Names by which the server may be addressed, beside its own address. */
  readonly hosts: readonly string[];
}

/** Content security policy of the page and of the Worker's file: only our own scripts, and only connections to our own address. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-cache",
};

/** A server of the page and of events, read-only. Refuses other hosts (421), other sites (403), other methods (405) and other paths (404). */
export class PageServer {
  readonly #server: Server;
  readonly #options: PageServerOptions;
  readonly #listeners = new Set<ServerResponse>();

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#server = createServer({ maxHeaderSize: 8192, headersTimeout: 5_000, requestTimeout: 10_000 }, (request, response) =>
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error)),
    );
    this.#server.maxConnections = 64;
  }

  /** Returns the port that it listens on; 0 chooses a free one. Rejects if the port is not available. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Says to all open pages that something has changed: `event` with `data` as JSON. */
  say(event: string, data: object = {}): void {
    for (const response of this.#listeners) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close(): Promise<void> {
    for (const response of this.#listeners) response.end();
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(() => done()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#refusal(request);
    if (refusal !== undefined) return refuse(response, refusal);
    const path = pathOf(request);
    if (path === "/events") return this.#listen(request, response);
    const answer = this.#options.assets.get(path) ?? (await this.#options.answer(path));
    if (answer === undefined) return refuse(response, [404, NOT_HERE[path] ?? "not here; the page is at /"]);
    if ("file" in answer) return sendFile(request, response, answer);
    send(request, response, answer);
  }

  #refusal(request: IncomingMessage): Refusal | undefined {
    const { host = "", "sec-fetch-site": site = "none", origin } = request.headers;
    const port = request.socket.localPort;
    const known = ["127.0.0.1", "localhost", "[::1]", ...this.#options.hosts].map((name) => `${name}:${port}`);
    if (!known.includes(host)) return [421, `this server is asked for as ${known[0]}`];
    if (site !== "same-origin" && site !== "none") return [403, "other sites may not ask for this"];
    if (origin !== undefined && !known.includes(origin.replace(/^http:\/\//, ""))) return [403, "other sites may not ask for this"];
    if (request.method !== "GET" && request.method !== "HEAD") return [405, "read-only: GET or HEAD"];
    return undefined;
  }

  #listen(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream" });
    response.write(": listening\n\n");
    this.#listeners.add(response);
    request.on("close", () => this.#listeners.delete(response));
  }
}

type Refusal = readonly [status: number, text: string];

/** Remedies for missing paths. */
const NOT_HERE: Readonly<Record<string, string>> = {
  "/metrics": "no finished run was given: tokenyard run plan.yaml --metrics run.om, then tokenyard serve run.om",
};

function refuse(response: ServerResponse, [status, text]: Refusal): void {
  response.writeHead(status, {
    ...HEADERS,
    "Content-Type": "text/plain; charset=utf-8",
    ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
  });
  response.end(`${text}\n`);
}

/** Sends a file a piece at a time: it may be larger than memory. */
function sendFile(request: IncomingMessage, response: ServerResponse, { type, file }: SentFile): void {
  response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Length": statSync(file).size });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const pieces = createReadStream(file);
  pieces.on("error", (error) => response.destroy(error));
  response.on("close", () => pieces.destroy());
  pieces.pipe(response);
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0]!;
}

function send(request: IncomingMessage, response: ServerResponse, { type, body, gzipped, etag }: Asset): void {
  const isGzipped = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const headers = { ...HEADERS, "Content-Type": type, ETag: etag, Vary: "Accept-Encoding" };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  const bytes = isGzipped ? gzipped : body;
  response.writeHead(200, { ...headers, "Content-Length": bytes.length, ...(isGzipped ? { "Content-Encoding": "gzip" } : {}) });
  response.end(request.method === "HEAD" ? undefined : bytes);
}
