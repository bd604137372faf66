import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Behaviour, type ModelServer, modelServer, streaming, wellBehaved } from "@tokenyard/observe/model-server.contract.ts";
import { parseScenario } from "@tokenyard/scenario";
import { prepare, type RequestRow, start } from "@tokenyard/simulator";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { built, ended, started } from "../fixtures/built.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "observe-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
let server: ModelServer | undefined;
afterEach(() => server?.close());

let files = 0;
const fresh = (ending: string) => join(folder, `${files++}.${ending}`);

async function serving(behave: Behaviour = wellBehaved): Promise<ModelServer> {
  server = await modelServer((response, received, at) => (at === 0 ? wellBehaved : behave)(response, received, at - 1));
  return server;
}

const LENGTHS = "promptTokens: { kind: uniform, from: 20, to: 200 }, outputTokens: { kind: uniform, from: 1, to: 6 }";
const PLAN = (workload: string) => `tokenyard: 1
name: observed
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: { name: vllm, version: "0.19" }
seed: 7
workload: { ${workload} }
`;

/** The requests of a simulation of `text`, by number. */
function simulated(text: string): RequestRow[] {
  const rows: RequestRow[] = [];
  const run = start(prepare(parseScenario(parse(text))), { onRequest: (row) => rows.push({ ...row }) });
  while (run.advance(1e6));
  return rows.sort((a, b) => a.request - b.request);
}

interface Line {
  readonly [key: string]: unknown;
  readonly number: number;
  readonly session: number | null;
  readonly plannedSeconds: number;
}

/** Observes under `text`; gives the lines of requests by number, and the bodies that the server got. */
async function observed(text: string, there: ModelServer, ...args: readonly string[]) {
  const [scenario, out] = [fresh("yaml"), fresh("jsonl")];
  writeFileSync(scenario, text);
  const { code, err } = await tokenyard(["observe", there.url, "--scenario", scenario, "--out", out, ...args]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const trees = readFileSync(out, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const lines = trees.filter((tree) => "tokenyardRequest" in tree).sort((a, b) => a.number - b.number) as Line[];
  const bodies = new Map(
    there.received.map(({ headers, body }) => [Number(String(headers["x-request-id"]).slice("observe-".length)), body]),
  );
  return { out, trees, lines, bodies };
}

test("an open load has the arrivals and lengths of its simulation, over a socket", async () => {
  const text = PLAN(`kind: open, requests: 25, rate: 200 requests/s, ${LENGTHS}`);
  const { lines, bodies } = await observed(text, await serving());
  const rows = simulated(text);
  expect(lines).toHaveLength(25);
  for (const [i, row] of rows.entries()) {
    expect(lines[i]!.plannedSeconds).toBe(row.arrivedNs / 1e9);
    expect([bodies.get(i).prompt.length, bodies.get(i).max_tokens]).toEqual([row.promptTokens, row.outputTokens]);
    expect(lines[i]).toMatchObject({ promptTokens: row.promptTokens, outputTokens: row.outputTokens, outcome: "finished" });
  }
});

test("a closed loop has the lengths of its simulation, request by request", async () => {
  const text = PLAN(`kind: closed, requests: 25, concurrency: 3, thinkTime: { kind: exponential, mean: 5 ms }, ${LENGTHS}`);
  const { bodies } = await observed(text, await serving());
  const sent = [...Array(25).keys()].map((i) => [bodies.get(i).prompt.length, bodies.get(i).max_tokens]);
  expect(sent).toEqual(simulated(text).map(({ promptTokens, outputTokens }) => [promptTokens, outputTokens]));
});

test("sessions have the turns of their simulation, each after the one before", async () => {
  const text = PLAN(
    `kind: sessions, sessions: 6, rate: 300 requests/s, turns: { kind: uniform, from: 1, to: 4 }, thinkTime: 3 ms, systemTokens: 32, ${LENGTHS}`,
  ).replace("seed: 7", "seed: 7\nserving: { kv: { prefixCache: true } }");
  const { lines, bodies } = await observed(text, await serving());
  const turns = (all: readonly (readonly [session: number, prompt: number, output: number])[]) =>
    [...all].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const rows = simulated(text);
  expect(rows.length).toBeGreaterThan(8);
  expect(turns(lines.map(({ session, number }) => [session!, bodies.get(number).prompt.length, bodies.get(number).max_tokens]))).toEqual(
    turns(rows.map(({ session, promptTokens, outputTokens }) => [session, promptTokens, outputTokens])),
  );
});

test("a trace has the rows of its file, at their times over its speed", async () => {
  const trace = fresh("csv");
  writeFileSync(trace, "arrivedSeconds,promptTokens,outputTokens\n0,30,2\n0.2,40,3\n0.5,50,1\n");
  const text = PLAN(`kind: trace, path: ${trace}, format: csv, speed: 10`);
  const there = await serving();
  const { lines, bodies } = await observed(text, there);
  expect(lines.map(({ plannedSeconds, number }) => [plannedSeconds, bodies.get(number).prompt.length])).toEqual([
    [0, 30],
    [0.02, 40],
    [0.05, 50],
  ]);
});

test("accuracy, calibrate and import-runs read the file, and simulate the same requests", async () => {
  const load = `kind: open, requests: 40, rate: 100 requests/s, ${LENGTHS}`;
  const text = PLAN(load);
  const { out, trees } = await observed(text, await serving());
  expect(trees.map((tree) => Object.keys(tree)[0])).toEqual(["tokenyardObserve", ...Array(40).fill("tokenyardRequest"), "tokenyardRun"]);
  const imported = await tokenyard(["import-runs", out]);
  const run = JSON.parse(imported.out);
  expect(run).toMatchObject({ gpu: "h100-sxm", gpus: 1, engine: { name: "vllm", version: "0.19" }, model: "test-model" });
  expect(run).toMatchObject({ load: { kind: "open", requestsPerSecond: 100 }, requests: { finished: 40, failed: 0 }, launch: null });
  expect(run.observed).toMatchObject({ seed: 7, sent: 40, ended: "all-sent", version: "0.19.0", outcomes: { finished: 40 } });
  const { each, ...numbers } = run;
  expect(each).toHaveLength(40);
  expect(trees.at(-1)).toEqual({ ...numbers, each: null });
  const asRow = fresh("parquet");
  expect((await tokenyard(["import-runs", out, "--out", asRow])).code).toBe(0);
  expect(JSON.parse((await tokenyard(["import-runs", asRow])).out)).toEqual(run);

  const [compared] = JSON.parse((await tokenyard(["accuracy", out, "--json"])).out).runs;
  const { roundTripSeconds } = run.observed;
  expect(roundTripSeconds).toBeGreaterThan(0);
  const withClient = scenarioOf(PLAN(`${load}, client: ${roundTripSeconds * 1e6} us`));
  const report = JSON.parse((await tokenyard(["run", withClient, "--replications", "1", "--json"])).out);
  expect(compared.numbers.TTFT.simulated).toBe(report.ttftSeconds.mean);
  const found = JSON.parse((await tokenyard(["calibrate", out, "--out", fresh("yaml"), "--json"])).out);
  expect(found.runs[0].reasons).not.toContain(expect.stringContaining("launch"));
});

function scenarioOf(text: string): string {
  const path = fresh("yaml");
  writeFileSync(path, text);
  return path;
}

test("a run whose process was cut off is the requests that are there, and accuracy doubts it", async () => {
  const { out, trees } = await observed(PLAN(`kind: open, requests: 30, rate: 300 requests/s, ${LENGTHS}`), await serving());
  const whole = readFileSync(out, "utf8");
  const cut = fresh("jsonl");
  writeFileSync(cut, whole.split("\n").slice(0, 21).join("\n"));
  const run = JSON.parse((await tokenyard(["import-runs", cut])).out);
  expect(run).toMatchObject({ requests: { finished: 20 }, observed: { ended: "cut-off", sent: expect.any(Number) } });
  expect(run.each).toHaveLength(20);
  const [{ doubts, numbers }] = JSON.parse((await tokenyard(["accuracy", cut, "--json"])).out).runs;
  expect(doubts).toContain("it ended early: cut-off");
  expect(numbers.TTFT.measured).toBeGreaterThan(0);

  writeFileSync(cut, `${JSON.stringify(trees[1])}\n`);
  const headless = await tokenyard(["import-runs", cut]);
  expect([headless.code, headless.err]).toEqual([2, expect.stringContaining("a request without the first line of its run")]);
  writeFileSync(cut, `${JSON.stringify(trees[0])}\n${JSON.stringify({ ...trees[1], ttftSeconds: "fast" })}\n`);
  const wrong = await tokenyard(["import-runs", cut]);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/:2.*ttftSeconds: "fast" given; wanted number/)]);
});

test("a run whose client was late, or had no time to read, is left out as bound by its client", async () => {
  const { out, trees } = await observed(PLAN(`kind: open, requests: 30, rate: 300 requests/s, ${LENGTHS}`), await serving());
  const judged = async (changes: object) => {
    const run = trees.at(-1);
    writeFileSync(
      out,
      [...trees.slice(0, -1), { ...run, observed: { ...run.observed, ...changes } }].map((tree) => JSON.stringify(tree)).join("\n"),
    );
    return JSON.parse((await tokenyard(["calibrate", out, "--out", fresh("yaml"), "--json"])).out).runs[0].reasons as string[];
  };
  const late = (p99: number) => ({ clientBusy: 0.1, lateSeconds: { mean: 0, p50: 0, p90: 0, p95: 0, p99 } });
  const ofClient = (reasons: readonly string[]) => reasons.filter((reason) => reason.startsWith("bound by its client"));
  expect(ofClient(await judged(late(0.021)))).toEqual(["bound by its client: 1 of 100 requests was sent 21 ms late or more"]);
  expect(ofClient(await judged(late(0.019)))).toEqual([]);
  expect(ofClient(await judged({ ...late(0), clientBusy: 0.95 }))).toEqual([
    "bound by its client: its thread computed for 95 % of the run",
  ]);
});

test("without a scenario, lengths and a rate are given", async () => {
  const there = await serving();
  const args = ["observe", there.url, "--rate", "300 requests/s", "--prompt", "12", "--output", "3", "--requests", "9", "--warm-up", "2"];
  const { code, out } = await tokenyard([...args, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    gpu: null,
    warmUpRequests: 2,
    requests: { finished: 9 },
    promptTokens: { mean: 12 },
    outputTokens: { mean: 3 },
  });
  expect(there.received).toHaveLength(1 + 2 + 9);
  const prompts = there.received.map(({ body }) => JSON.stringify(body.prompt));
  expect(new Set(prompts).size).toBe(12);
  const text = (await tokenyard(args)).out;
  for (const row of ["TTFT", "TPOT", "ITL", "E2E", "Throughput", "Client "]) expect(text).toContain(`\n${row}`);
});

test("of a mock at half speed, times are in its seconds, and arrivals half as fast on the wall", async () => {
  const there = await serving(async (response, received, at) => {
    await new Promise((done) => setTimeout(done, 40)); // 20 ms of its own
    await wellBehaved(response, received, at);
  });
  const args = ["--rate", "100 requests/s", "--prompt", "12", "--output", "2", "--requests", "20", "--speed", "0.5", "--json"];
  const begin = performance.now();
  const run = JSON.parse((await tokenyard(["observe", there.url, ...args])).out);
  const wallSeconds = (performance.now() - begin) / 1e3;
  expect(run.observed.speed).toBe(0.5);
  expect(run.ttftSeconds.mean).toBeGreaterThan(0.019);
  expect(run.durationSeconds).toBeLessThanOrEqual(0.5 * wallSeconds);
  expect(run.durationSeconds).toBeGreaterThan(0.1); // of 20 requests at 100 a second
  const wrong = await tokenyard(["observe", there.url, ...args, "--speed", "fast"]);
  expect([wrong.code, wrong.out]).toEqual([2, expect.stringContaining("fast given; wanted a number from 0.001 to 1000")]);
});

test("another run says other things, unless it is asked to say the same", async () => {
  const there = await serving();
  const args = ["observe", there.url, "--rate", "300 requests/s", "--prompt", "12", "--output", "1", "--requests", "1"];
  await tokenyard([...args, "--content-seed", "3"]);
  await tokenyard([...args, "--content-seed", "3"]);
  await tokenyard([...args, "--content-seed", "4"]);
  const [first, again, other] = [1, 3, 5].map((at) => JSON.stringify(there.received[at]!.body.prompt));
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test("chats, and text where ids are refused, have the tokens that were asked for by the server's count", async () => {
  for (const api of ["chat", "completions"]) {
    // a token a word, and three around them
    server = await modelServer(async (response, received, at) => {
      const { prompt, messages } = received.body;
      if (Array.isArray(prompt)) {
        response.writeHead(400, { "content-type": "application/json" });
        response.end('{"error":{"message":"prompt: a string is wanted"}}');
        return;
      }
      const words = `${prompt ?? messages.map(({ content }: { content: string }) => content).join(" ")} + + +`;
      const body = { ...received.body, prompt: words, messages: [{ content: words }] };
      await wellBehaved(response, { ...received, body }, at);
    });
    const args = ["--rate", "300 requests/s", "--prompt", "50", "--output", "2", "--requests", "5", "--api", api];
    const { code, out } = await tokenyard(["observe", server.url, ...args, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      promptTokens: { mean: 50 },
      outputTokens: { mean: 2 },
      observed: { exactPrompts: false, api },
    });
    await server.close();
  }
});

test("what is wrong with the command line is listed at once, and no key is written", async () => {
  const { code, err } = await tokenyard([
    "observe",
    "http://me:secret@host",
    ...["--api", "images", "--max-time", "long", "--key-env", "NO_SUCH_KEY", "--out", folder, "--users", "3"],
  ]);
  expect(code).toBe(2);
  expect(err).not.toContain("secret");
  const problems = err.split("\n").filter((line) => line.includes("; wanted"));
  expect(problems.map((line) => line.split(":")[0])).toEqual(["URL", "--api", "--max-time", "--key-env", "--out", "observe", "observe"]);
});

test("a file wants to know the GPU and the engine; a server that does not answer has an exit code of its own", async () => {
  const load = ["--rate", "300 requests/s", "--prompt", "12", "--output", "3"];
  const there = await serving();
  const missed = await tokenyard(["observe", there.url, ...load, "--out", fresh("jsonl")]);
  expect([missed.code, missed.err]).toEqual([2, expect.stringContaining("nothing says the GPU; wanted --gpu NAME, a preset")]);
  const plan = scenarioOf(PLAN("kind: open, requests: 4, rate: 300 requests/s, promptTokens: 12, outputTokens: 3"));
  const wrong = await tokenyard(["observe", there.url, "--scenario", plan, "--rate", "x", "--out", fresh("jsonl")]);
  expect(wrong.err.split("\n").filter((line) => line.includes("wanted"))).toEqual([
    expect.stringMatching(/^--rate: x given; wanted a rate/),
  ]); // its scenario says the GPU
  await there.close();
  const gone = await tokenyard(["observe", there.url, ...load]);
  expect([gone.code, gone.err]).toEqual([5, expect.stringMatching(/cannot be observed: connect ECONNREFUSED/)]);
  const steady = scenarioOf(PLAN("kind: steady-decode, sequences: 4, context: 100, outputTokens: 50"));
  const refused = await tokenyard(["observe", there.url, "--scenario", steady]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("no server can be asked to go on in the midst of answers")]);
});

test("a server that redirects, has another model or speaks no TLS is named with what would work", async () => {
  const load = ["--rate", "300 requests/s", "--prompt", "12", "--output", "3"];
  const answers = createServer((request, response) => {
    const [status, body] =
      request.url === "/moved/models" ? [307, ""] : request.url === "/v1/models" ? [200, '{"data":[{"id":"llama"}]}'] : [404, "{}"];
    response.writeHead(status, { location: "http://127.0.0.1:9/" }).end(body);
  });
  await new Promise<void>((done) => answers.listen(0, "127.0.0.1", done));
  const at = `127.0.0.1:${(answers.address() as AddressInfo).port}`;
  try {
    for (const [url, args, code, message] of [
      [
        `http://${at}/moved`,
        [],
        3,
        `http://${at}/moved cannot be observed: it redirects (/models: 307), which is not followed; wanted the address that answers\n`,
      ],
      [`http://${at}`, ["--model", "gpt"], 3, "; --model gpt given, and it has the models llama\n"],
      [`https://${at}`, [], 5, "it speaks no TLS there; wanted an address that begins with http://\n"],
    ] as const)
      expect(await tokenyard(["observe", url, ...load, ...args])).toEqual({ code, out: "", err: expect.stringContaining(message) });
  } finally {
    answers.close();
    answers.closeAllConnections();
  }
});

test("a key comes from the environment, and is in no file and no output", async () => {
  process.env["OBSERVE_KEY"] = "sk-very-secret";
  const there = await serving((response, { headers }) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: `unknown: ${headers.authorization}` } }));
  });
  const out = fresh("jsonl");
  const args = ["--rate", "300 requests/s", "--prompt", "12", "--output", "3", "--requests", "3", "--key-env", "OBSERVE_KEY"];
  const found = await tokenyard(["observe", there.url, ...args, "--gpu", "h100-sxm", "--gpus", "1", "--out", out]);
  delete process.env["OBSERVE_KEY"];
  expect(found.code).toBe(3);
  expect(there.received[1]!.headers.authorization).toBe("Bearer sk-very-secret");
  const everything = readFileSync(out, "utf8") + found.out + found.err;
  expect(everything).toContain("401: unknown: Bearer (key)");
  expect(everything).not.toContain("very-secret");
});

test("Ctrl-C leaves a whole file, and the exit code of interrupted work", { tags: ["long"] }, async () => {
  const home = mkdtempSync(join(tmpdir(), "observe-process-"));
  const { bin } = await built(home);
  let streams = 0;
  const there = await serving(async (response, received, at) => {
    if (at < 5) return wellBehaved(response, received, at);
    streaming(response);
    streams++;
  });
  const out = fresh("jsonl");
  const args = ["--rate", "50 requests/s", "--prompt", "12", "--output", "3", "--gpu", "h100-sxm", "--gpus", "1", "--out", out];
  const child = started(bin, ["observe", there.url, ...args]);
  const end = ended(child);
  while (streams < 3) await new Promise((done) => setTimeout(done, 20));
  child.kill("SIGINT");
  const { code, err, out: text } = await end;
  expect([code, err]).toEqual([130, "interrupted\n"]);
  expect(text).toContain("5 requests of test-model finished, 0 failed");
  const run = JSON.parse((await tokenyard(["import-runs", out])).out);
  expect(run).toMatchObject({ requests: { finished: 5, failed: 0 }, observed: { ended: "interrupted" } });
  expect(run.observed.outcomes.stopped).toBeGreaterThanOrEqual(3);
  expect(existsSync(`${out}.draft`)).toBe(false);
  rmSync(home, { recursive: true });
});
