import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Asset, assetOf } from "./page-assets.ts";

export interface PageServerOptions {
  readonly assets: ReadonlyMap<string, Asset>;
  /** The texts that the page opens, as JSON; asked for at each request. */
  files(): string;
  /** Names by which the server may be asked for, beside its own address. */
  readonly hosts: readonly string[];
}

/** No script but the page's own, no address but the page's own; the same for the Worker's file, which has a policy of its own. */
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
      this.#answer(request, response),
    );
    this.#server.maxConnections = 64;
  }

  /** The port that it listens on; 0 takes a free one. Rejects where the port cannot be had. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Says to all open pages that a file has changed. */
  changed(): void {
    for (const response of this.#listeners) response.write("event: changed\ndata: {}\n\n");
  }

  close(): Promise<void> {
    for (const response of this.#listeners) response.end();
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(() => done()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#refusal(request);
    if (refusal !== undefined) {
      const [status, text] = refusal;
      response.writeHead(status, {
        ...HEADERS,
        "Content-Type": "text/plain; charset=utf-8",
        ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
      });
      response.end(`${text}\n`);
      return;
    }
    const path = pathOf(request);
    if (path === "/events") {
      this.#listen(request, response);
      return;
    }
    const asset =
      path === "/files.json"
        ? assetOf(Buffer.from(this.#options.files()), "application/json; charset=utf-8")
        : this.#options.assets.get(path)!;
    send(request, response, asset);
  }

  #refusal(request: IncomingMessage): readonly [status: number, text: string] | undefined {
    const { host = "", "sec-fetch-site": site = "none" } = request.headers;
    const port = request.socket.localPort;
    const known = ["127.0.0.1", "localhost", "[::1]", ...this.#options.hosts].map((name) => `${name}:${port}`);
    if (!known.includes(host)) return [421, `this server is asked for as ${known[0]}`];
    if (site !== "same-origin" && site !== "none") return [403, "other sites may not ask for this"];
    if (request.method !== "GET" && request.method !== "HEAD") return [405, "read-only: GET or HEAD"];
    const path = pathOf(request);
    if (path !== "/events" && path !== "/files.json" && !this.#options.assets.has(path)) return [404, "not here; the page is at /"];
    return undefined;
  }

  #listen(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream" });
    response.write(": listening\n\n");
    this.#listeners.add(response);
    request.on("close", () => this.#listeners.delete(response));
  }
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
