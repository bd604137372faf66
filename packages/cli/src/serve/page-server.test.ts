import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assetOf } from "./page-assets.ts";
import { PageServer } from "./page-server.ts";

const page = "<!doctype html><title>a page</title>";
const assets = new Map([["/", assetOf(Buffer.from(page), "text/html; charset=utf-8")]]);
const server = new PageServer({ assets, files: () => '{"files":[]}', hosts: [] });
let port: number;
beforeAll(async () => {
  port = await server.listen(0, "127.0.0.1");
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (piece) => {
        body += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("the page is served with a policy that lets it load nothing from elsewhere", async () => {
  const { status, headers, body } = await ask("/?a=1");
  expect([status, body]).toEqual([200, page]);
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["content-security-policy"]).not.toMatch(/https?:|\*/);
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
});

test("a page that did not change is not sent again, and is sent small to those who can read it", async () => {
  const { headers } = await ask("/");
  expect((await ask("/", { "If-None-Match": headers.etag! })).status).toBe(304);
  expect((await ask("/", { "Accept-Encoding": "gzip" })).headers["content-encoding"]).toBe("gzip");
});

test("the texts to open are asked for at each request", async () => expect((await ask("/files.json")).body).toBe('{"files":[]}'));

test.each([
  ["another host, as after DNS rebinding", 421, "/", { Host: "evil.example" }, "GET"],
  ["another site", 403, "/files.json", { "Sec-Fetch-Site": "cross-site" }, "GET"],
  ["a site of the same domain", 403, "/", { "Sec-Fetch-Site": "same-site" }, "GET"],
  ["another method", 405, "/", {}, "POST"],
  ["a path outside", 404, "/../../etc/passwd", {}, "GET"],
  ["a path that is encoded", 404, "/%2e%2e/%2e%2e/etc/passwd", {}, "GET"],
  ["large headers", 431, "/", { "X-Large": "x".repeat(9000) }, "GET"],
] as const)("%s is refused with %i", async (_, status, path, headers, method) => {
  expect((await ask(path, headers, method)).status).toBe(status);
});

test("an open page hears of a change", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  let heard = "";
  await new Promise<void>((resolve) =>
    socket.on("data", (piece) => {
      heard += piece;
      if (heard.includes(": listening") && !heard.includes("event: changed")) server.changed();
      if (heard.includes("event: changed")) resolve();
    }),
  );
  socket.destroy();
  expect(heard).toContain("text/event-stream");
});
