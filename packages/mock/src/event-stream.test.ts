import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { EventStream } from "./event-stream.ts";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What comes back for `requests` on one connection, to each of which the server answers in two events. */
async function answered(requests: string, answers: number): Promise<string> {
  server = createServer((_, response) => {
    const stream = new EventStream(response);
    const text = "data: café\n\n";
    stream.write({ text, bytes: Buffer.byteLength(text) });
    setImmediate(() => stream.end("data: [DONE]\n\n"));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(requests);
  let text = "";
  return new Promise((done) => {
    socket.on("close", () => done(text));
    socket.on("data", (chunk) => {
      text += String(chunk);
      if (text.split("[DONE]").length > answers && text.endsWith("0\r\n\r\n")) socket.destroy();
    });
  });
}

test("events are chunks whose lengths are of bytes, and a second answer follows on the connection", async () => {
  const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const text = await answered(request + request, 2);
  const bodies = text.split("\r\n\r\nd\r\n").slice(1);
  expect(bodies).toHaveLength(2);
  // 13 bytes of `data: café` and two line ends, then 14 of the last event
  for (const body of bodies) expect(`d\r\n${body}`).toMatch(/^d\r\ndata: café\n\n\r\ne\r\ndata: \[DONE\]\n\n\r\n0(\r\n|$)/);
  expect(text).toMatch(/transfer-encoding: chunked/i);
});

test("a client of HTTP 1.0 gets the events alone", async () => {
  const text = await answered("GET / HTTP/1.0\r\n\r\n", 1);
  expect(text).toContain("\r\n\r\ndata: café\n\ndata: [DONE]\n\n");
  expect(text).not.toMatch(/transfer-encoding/i);
});
