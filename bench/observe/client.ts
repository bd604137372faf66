// How late `observe` sends under load, beside a client of few lines: 512 streams at 200 requests/s. `pnpm bench:observe [SECONDS]`
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { loadavg } from "node:os";
import { Contents, knownServer, Observation, type ObservedRequest, observedSource, Prompter, Server } from "@tokenyard/observe";

const RATE = 200;
const OUTPUT = 32; // at 80 ms each: 2.56 s, so that 512 streams are under way
const PROMPT = 512;
const SECONDS = Number(process.argv[2] ?? 20);

const clock = () => performance.now() * 1e6;
const child = fork(new URL("stream-server.js", import.meta.url));
const [port] = (await once(child, "message")) as [number];

interface Row {
  readonly client: string;
  readonly lateMs: readonly number[];
  readonly most: number;
  readonly busy: number;
}

const rows = [await plain(), await observe(), await plain(), await observe()];
child.kill();
console.log(`${RATE} requests/s of ${OUTPUT} tokens for ${SECONDS} s; load of the machine ${loadavg()[0]!.toFixed(1)}`);
for (const { client, lateMs, most, busy } of rows) {
  const sorted = [...lateMs].sort((a, b) => a - b);
  const at = (share: number) => `${sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2)} ms`;
  console.log(`${client.padEnd(10)} late p50 ${at(0.5)}, p99 ${at(0.99)}; ${most} streams at most; busy ${(busy * 100).toFixed(0)} %`);
}

async function observe(): Promise<Row> {
  const server = new Server({ origin: `http://127.0.0.1:${port}`, base: "/v1" });
  const known = await knownServer(server, { api: "completions", clock, seconds: 10 });
  if ("reason" in known) throw new Error(known.reason);
  const workload = {
    kind: "open",
    requests: RATE * SECONDS,
    rate: RATE,
    arrivals: { kind: "poisson" },
    promptTokens: { kind: "fixed", value: PROMPT },
    outputTokens: { kind: "fixed", value: OUTPUT },
  } as const;
  const lateMs: number[] = [];
  let most = 0;
  const observation = new Observation({
    server,
    known,
    api: "completions",
    source: observedSource({ workload, seed: 1 }),
    isFixed: true,
    prompter: new Prompter({ api: "completions", abilities: known.abilities, contents: new Contents(1) }),
    limits: { requests: 1e9, seconds: 600, stallSeconds: 60 },
    clock,
    signal: new AbortController().signal,
    onRequest: ({ outcome, sentNs, plannedNs }: ObservedRequest) => {
      if (outcome !== "finished") throw new Error(outcome);
      lateMs.push((sentNs - plannedNs) / 1e6);
      most = Math.max(most, observation.underway.inFlight + 1);
    },
  });
  const begin = performance.eventLoopUtilization();
  await observation.run();
  const busy = performance.eventLoopUtilization(begin).utilization;
  await server.close();
  return { client: "observe", lateMs, most, busy };
}

/** What Node does unasked: a timer for each request, a body made beforehand, and answers that are not read. */
async function plain(): Promise<Row> {
  const agent = new Agent({ keepAlive: true });
  const prompt = Array.from({ length: PROMPT }, (_, i) => 1000 + i);
  const body = JSON.stringify({ model: "streams", prompt, max_tokens: OUTPUT, stream: true });
  const lateMs: number[] = [];
  let inFlight = 0;
  let most = 0;
  const begin = performance.now();
  const utilization = performance.eventLoopUtilization();
  const one = async (number: number) => {
    const plannedMs = ((number + 1) * 1000) / RATE;
    await new Promise((done) => setTimeout(done, Math.max(0, plannedMs - (performance.now() - begin))));
    lateMs.push(performance.now() - begin - plannedMs);
    most = Math.max(most, ++inFlight);
    const sent = request({ port, host: "127.0.0.1", path: "/v1/completions", method: "POST", agent });
    sent.end(body);
    const [response] = await once(sent, "response");
    response.resume();
    await once(response, "end");
    inFlight--;
  };
  await Promise.all(Array.from({ length: RATE * SECONDS }, (_, number) => one(number)));
  const busy = performance.eventLoopUtilization(utilization).utilization;
  agent.destroy();
  return { client: "plain Node", lateMs, most, busy };
}
