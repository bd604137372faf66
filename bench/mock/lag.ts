// How late a mock of 512 GPUs writes its tokens: `pnpm bench:mock [SECONDS [RATE [STREAMS]]]`. The mock is a process of its own, of one thread that simulates
// and writes; the client is this one. On a busy machine the lag is that of the machine.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg } from "node:os";
import { join } from "node:path";
import { HOUSE } from "../house.ts";
import { startMock } from "./mock-process.ts";

const [seconds = 20, rate = 200, streams = 512] = process.argv.slice(2).map(Number);
const PROMPT = "word ".repeat(500);

const { address, child, end } = await startMock(join(HOUSE, "bench/mock/streams-512.yaml"));
const agent = new Agent({ keepAlive: true, maxSockets: 4096 });

let inFlight = 0;
let most = 0;
let areaMs = 0;
let lastMs = performance.now();
let outputTokens = 64;

function count(by: number): void {
  const nowMs = performance.now();
  areaMs += inFlight * (nowMs - lastMs);
  lastMs = nowMs;
  inFlight += by;
  most = Math.max(most, inFlight);
}

/** One request, whose stream is read and thrown away. */
function ask(): Promise<number> {
  count(1);
  return new Promise((done) => {
    const startMs = performance.now();
    const asked = request(`${address}/completions`, { method: "POST", agent }, (response) => {
      response.resume();
      response.on("close", () => {
        count(-1);
        done(performance.now() - startMs);
      });
    });
    asked.on("error", () => count(-1));
    asked.end(JSON.stringify({ prompt: PROMPT, max_tokens: outputTokens, stream: true }));
  });
}

/** Asks at the rate for so long; more tokens are asked for while fewer streams are open than wanted. */
async function load(forMs: number): Promise<void> {
  const startMs = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let sent = 0; performance.now() - startMs < forMs; ) {
    const due = Math.floor(((performance.now() - startMs) * rate) / 1000);
    for (; sent < due; sent++) answers.push(ask());
    await new Promise((done) => setTimeout(done, 1));
  }
  await Promise.all(answers);
}

const alone = await ask();
const perToken = (await ask()) / outputTokens;
outputTokens = Math.max(2, Math.round((streams / rate / perToken) * 1000));
await load(3000); // while V8 compiles
const cpuOf = () => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const before = cpuOf();
const lagOf = async () =>
  (await (await fetch(address.replace("/v1", "/metrics"))).text()).split("\n").filter((line) => line.startsWith("tokenyard_mock_lag"));
const lagBefore = await lagOf();
areaMs = 0;
most = 0;
const startMs = performance.now();
await load(seconds * 1000);
const tookMs = performance.now() - startMs;
const cpu = cpuOf() - before;
const lagAfter = await lagOf();
const counts = (lines: readonly string[]) => lines.map((line) => Number(line.split(" ").at(-1)));
const grown = counts(lagAfter).map((after, i) => after - counts(lagBefore)[i]!);
const tokens = grown.at(-2)!;
const summary = await end();
agent.destroy();
console.log(
  `${rate} requests/s of ${outputTokens} tokens for ${seconds} s: ${(areaMs / tookMs).toFixed(0)} streams on average, ${most} at most, ${((tokens / tookMs) * 1000).toFixed(0)} tokens/s`,
);
console.log(
  `the mock took ${((cpu / tookMs) * 1e5).toFixed(0)} % of a core; load average ${loadavg()[0]!.toFixed(1)}; one request by itself took ${alone.toFixed(0)} ms`,
);
for (const [i, line] of lagAfter.entries())
  if (line.includes("bucket")) console.log(`within ${/le="([^"]+)"/.exec(line)![1]} s: ${((100 * grown[i]!) / tokens).toFixed(2)} %`);
console.log(
  summary
    .split("\n")
    .filter((line) => line.startsWith("tokens were"))
    .join(""),
);
