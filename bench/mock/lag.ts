// How late a mock of 512 GPUs writes its tokens: `pnpm bench:mock [SECONDS [RATE [TOKENS]]]`. The mock is a process of its own, of one thread that simulates
// and writes; the client is this one. On a busy machine the lag is that of the machine.
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { connect, type Socket } from "node:net";
import { loadavg } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { HOUSE } from "../house.ts";
import { startMock } from "./mock-process.ts";

/** With 85 tokens each, 200 requests a second are 512 streams at once in this plan. */
const [seconds = 20, rate = 200, tokens = 85] = process.argv.slice(2).map(Number);
/** Until as many streams are open as the load makes, and V8 has compiled what is used. */
const WARM_UP_SECONDS = 8;
const WORDS = "word ".repeat(499);
const END = Buffer.from("0\r\n\r\n");

const { host, address, child, end } = await startMock(join(HOUSE, "bench/mock/streams-512.yaml"));
const [name, port] = host.split(":") as [string, string];

/** Streams that are open: on average, by their area, and at most. */
class Open {
  most = 0;
  #open = 0;
  #areaMs = 0;
  #lastMs = performance.now();

  add(by: number): void {
    const nowMs = performance.now();
    this.#areaMs += this.#open * (nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.#open += by;
    this.most = Math.max(this.most, this.#open);
  }

  areaMs(): number {
    this.add(0);
    return this.#areaMs;
  }
}

const open = new Open();
/** Connections without a request, the one that was used last at the end. The mock closes those that stay so for ten seconds. */
const idle: { readonly socket: Socket; readonly sinceMs: number }[] = [];
const MOST_IDLE_MS = 5000;

let asked = 0;

/** A request with a prompt of its own, which no cache knows. */
function requestText(): string {
  const body = JSON.stringify({ prompt: `${asked++} ${WORDS}`, max_tokens: tokens, stream: true });
  return `POST /v1/completions HTTP/1.1\r\nHost: mock\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function connection(): Socket {
  const last = idle.pop();
  if (last !== undefined && performance.now() - last.sinceMs < MOST_IDLE_MS) return last.socket;
  last?.socket.destroy();
  for (const { socket } of idle.splice(0)) socket.destroy(); // those before it are older
  return connect(Number(port), name).setNoDelay(true);
}

/** One request; its stream is read to its end and thrown away. The socket is used again. */
function ask(): Promise<void> {
  open.add(1);
  const socket = connection();
  return new Promise((done, fail) => {
    const onData = (bytes: Buffer) => {
      if (!bytes.subarray(-END.length).equals(END)) return;
      socket.off("data", onData);
      socket.off("error", fail);
      open.add(-1);
      idle.push({ socket, sinceMs: performance.now() });
      done();
    };
    socket.on("data", onData);
    socket.on("error", fail);
    socket.write(requestText());
  });
}

/** What the mock has at /metrics, by a connection of its own: one that waits between two looks may be closed meanwhile. */
function metricsText(): Promise<string> {
  return new Promise((done, fail) => {
    get(address.replace("/v1", "/metrics"), { agent: false }, (response) => {
      text(response).then(done, fail);
    }).on("error", fail);
  });
}

/** CPU seconds of the mock, and its lag according to /metrics. */
async function mockNow(): Promise<{
  readonly cpu: number;
  readonly atMs: number;
  readonly areaMs: number;
  readonly lines: readonly string[];
}> {
  const exposition = await metricsText();
  const lines = exposition.split("\n").filter((line) => line.startsWith("tokenyard_mock_lag"));
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, atMs: performance.now(), areaMs: open.areaMs(), lines };
}

const startMs = performance.now();
const answers: Promise<void>[] = [];
let before: Awaited<ReturnType<typeof mockNow>> | undefined;
for (let sent = 0; performance.now() - startMs < (WARM_UP_SECONDS + seconds) * 1000; ) {
  const due = Math.floor(((performance.now() - startMs) * rate) / 1000);
  for (; sent < due; sent++) answers.push(ask());
  if (before === undefined && performance.now() - startMs > WARM_UP_SECONDS * 1000) {
    open.most = 0;
    before = await mockNow();
  }
  await new Promise((done) => setTimeout(done, 1));
}
const after = await mockNow();
await Promise.all(answers);
for (const { socket } of idle) socket.destroy();
await end();

const counts = (lines: readonly string[]) => lines.map((line) => Number(line.split(" ").at(-1)));
const grown = counts(after.lines).map((each, i) => each - counts(before!.lines)[i]!);
const written = grown.at(-2)!;
const tookMs = after.atMs - before!.atMs;
console.log(
  `${rate} requests/s of ${tokens} tokens for ${seconds} s: ${((after.areaMs - before!.areaMs) / tookMs).toFixed(0)} streams on average, ${open.most} at most, ${((written / tookMs) * 1000).toFixed(0)} tokens/s`,
);
console.log(
  `the mock took ${(((after.cpu - before!.cpu) / tookMs) * 1e5).toFixed(0)} % of a core; load average ${loadavg()[0]!.toFixed(1)}`,
);
for (const [i, line] of after.lines.entries())
  if (line.includes("bucket")) console.log(`within ${/le="([^"]+)"/.exec(line)![1]} s: ${((100 * grown[i]!) / written).toFixed(2)} %`);
