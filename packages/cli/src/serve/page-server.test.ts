import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answerable, assetOf, OPEN_METRICS } from "./page-assets.ts";
import { PageServer } from "./page-server.ts";

const page = "<!doctype html><title>a page</title>";
const assets = new Map([["/", assetOf(Buffer.from(page), "text/html; charset=utf-8")]]);
const home = mkdtempSync(join(tmpdir(), "page-server-"));
const metrics = join(home, "run.om");
writeFileSync(metrics, "# EOF\n");
const answers: Readonly<Record<string, Answerable>> = {
  "/files.json": assetOf(Buffer.from('{"files":[]}'), "application/json"),
  "/metrics": { type: OPEN_METRICS, file: metrics },
};
const server = new PageServer({ assets, answer: async (path) => answers[path], hosts: [] });
let port: number;
beforeAll(async () => {
  port = await server.listen(0, "127.0.0.1");
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true });
});

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

test("metrics are sent as they are in their file, in the type that scrapers want", async () => {
  const { headers, body } = await ask("/metrics");
  expect([headers["content-type"], headers["content-length"], body]).toEqual([OPEN_METRICS, "6", "# EOF\n"]);
  expect((await ask("/metrics", {}, "HEAD")).body).toBe("");
});

test.each([
  ["another host, as after DNS rebinding", 421, "/", { Host: "evil.example" }, "GET"],
  ["this host by another port", 421, "/", { Host: "127.0.0.1:1" }, "GET"],
  ["another site", 403, "/files.json", { "Sec-Fetch-Site": "cross-site" }, "GET"],
  ["a site of the same domain", 403, "/", { "Sec-Fetch-Site": "same-site" }, "GET"],
  ["a page of another origin", 403, "/metrics", { Origin: "http://evil.example" }, "GET"],
  ["a page from a file", 403, "/files.json", { Origin: "null" }, "GET"],
  ["an event source of another site", 403, "/events", { "Sec-Fetch-Site": "cross-site" }, "GET"],
  ["metrics under another host", 421, "/metrics", { Host: "evil.example" }, "GET"],
  ["a change of metrics", 405, "/metrics", {}, "PUT"],
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
      if (heard.includes(": listening") && !heard.includes("event: study")) server.say("study", { at: 0, points: 7 });
      if (heard.includes("event: study")) resolve();
    }),
  );
  socket.destroy();
  expect(heard).toContain("text/event-stream");
  expect(heard).toContain('data: {"at":0,"points":7}\n\n');
});
