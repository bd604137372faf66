import { connect } from "node:net";
import { parseScenario } from "@tokenyard/scenario";
import { LiveRun } from "@tokenyard/simulator";
import { afterEach, expect, test } from "vitest";
import { SteppedClock } from "./clock.ts";
import { type MockOptions, MockServer } from "./mock-server.ts";

const PLAN = {
  tokenyard: 1,
  name: "small",
  seed: 3,
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  workload: { kind: "open", requests: 1, rate: "1 requests/s", promptTokens: 8, outputTokens: 4 },
  serving: { scheduler: { kind: "continuous", tokenBudget: 256, maxSequences: 8 }, kv: { blockTokens: 16 } },
};
const plan = (some: object = {}) => parseScenario({ ...PLAN, ...some });

const open: MockServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A server of `plan(some)` whose time the test steps. */
async function mocked(some: object = {}, options: MockOptions = {}) {
  const clock = new SteppedClock();
  const server = new MockServer(plan(some), { clock, ...options });
  open.push(server);
  const port = await server.listen(0, "127.0.0.1");
  const url = `http://127.0.0.1:${port}`;
  const post = (body: unknown, path = "/v1/completions") =>
    fetch(url + path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
  const arrived = async (count: number) => {
    while (server.plan.inFlight < count) await turn();
  };
  return { clock, server, url, port, post, arrived };
}

/** Sockets have their turn. */
const turn = () => new Promise<void>((done) => setTimeout(done, 1));

/** Steps `clock` on in steps of `ms` until `answer` is there. */
async function stepped<T>(clock: SteppedClock, answer: Promise<T>, ms = 50): Promise<T> {
  let isOver = false;
  const watched = answer.finally(() => {
    isOver = true;
  });
  watched.catch(() => {});
  while (!isOver) {
    clock.advanceTo(clock.nowMs() + ms);
    await turn();
  }
  return watched;
}

/** When a run of `some` that gets one request at 1 ms has its tokens. */
function instantsOf(some: object, promptTokens: number, outputTokens: number): number[] {
  const instants: number[] = [];
  const run = new LiveRun(plan(some), {
    tokens: (_request, _first, count, atNs) => instants.push(...new Array<number>(count).fill(atNs)),
    ended() {},
  });
  run.arrive({ arrivedNs: 1e6, promptTokens, outputTokens });
  run.finish();
  return instants;
}

test("each token is written when the simulation has it, and not before, at any speed", async () => {
  for (const speed of [1, 10]) {
    const { clock, post, arrived } = await mocked({}, { speed });
    clock.advanceTo(1 / speed);
    const answer = post({ prompt: [1, 2, 3, 4, 5, 6, 7, 8], max_tokens: 4, stream: true });
    await arrived(1);
    const instants = instantsOf({}, 8, 4);
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    let text = "";
    for (const [at, ns] of instants.entries()) {
      clock.advanceTo(ns / 1e6 / speed - 1e-3);
      await turn();
      expect(text.split('"text"')).toHaveLength(at + 1);
      clock.advanceTo(ns / 1e6 / speed + 1e-3);
      reader ??= (await answer).body!.getReader();
      while (text.split('"text"').length === at + 1) text += new TextDecoder().decode((await reader.read()).value);
    }
    expect(text.match(/"finish_reason":("length"|null)/g)).toEqual([
      ...new Array(3).fill('"finish_reason":null'),
      '"finish_reason":"length"',
    ]);
  }
});

test("an answer has as many words as were asked for, and usage says how many tokens there were", async () => {
  const { clock, post } = await mocked();
  const ask = async (body: object, path?: string) => (await stepped(clock, post(body, path))).json() as Promise<Record<string, never>>;
  const whole = await ask({ model: "small", prompt: "one two three", max_tokens: 7 });
  expect(whole).toMatchObject({ object: "text_completion", usage: { prompt_tokens: 3, completion_tokens: 7, total_tokens: 10 } });
  const text = (whole as unknown as { choices: { text: string }[] }).choices[0]!.text;
  expect(text.trim().split(" ")).toHaveLength(7);
  const again = await ask({ prompt: "one  two three", max_tokens: 7 });
  expect(again).toMatchObject({ choices: [{ text, finish_reason: "length" }] });
  expect(await ask({ prompt: [[4, 5, 6]] })).toMatchObject({ usage: { prompt_tokens: 3, completion_tokens: 16 } });
  const chat = { messages: [{ role: "user", content: [{ type: "text", text: "why is it so" }] }], max_completion_tokens: 2, max_tokens: 9 };
  expect(await ask(chat, "/v1/chat/completions")).toMatchObject({
    object: "chat.completion",
    choices: [{ message: { role: "assistant", content: expect.stringMatching(/^ \S+ \S+$/) } }],
    usage: { prompt_tokens: 6, completion_tokens: 2 },
  });
});

test("a streamed chat begins with the role, and ends with usage if it is wanted", async () => {
  const { clock, post } = await mocked();
  const body = { messages: [{ role: "user", content: "hello" }], max_tokens: 2, stream: true, stream_options: { include_usage: true } };
  const text = await stepped(
    clock,
    post(body, "/v1/chat/completions").then((response) => response.text()),
  );
  const events = text.split("\n\n").filter((event) => event !== "");
  expect(events.at(-1)).toBe("data: [DONE]");
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice("data: ".length)));
  expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([
    { role: "assistant", content: "" },
    { content: expect.stringMatching(/^ \S+$/) },
    { content: expect.stringMatching(/^ \S+$/) },
    undefined,
  ]);
  expect(chunks.at(-1).usage).toEqual({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 });
});

test.each<[body: unknown, status: number, message: string]>([
  ["{", 400, "the body is no JSON"],
  ["[]", 400, "the body is no JSON object"],
  [{ prompt: "a", model: "gpt-5" }, 404, 'the model "gpt-5" does not exist; wanted "small"'],
  [{ prompt: "a", n: 2 }, 400, "n: 2 given; wanted 1"],
  [{ prompt: "a", logprobs: 1 }, 400, "logprobs: 1 given"],
  [{ prompt: ["a", "b"] }, 400, 'prompt: ["a","b"] given; wanted one text'],
  [{ prompt: [1, -2] }, 400, "prompt: [1,-2] given"],
  [{ max_tokens: 5 }, 400, "prompt: nothing given"],
  [{ prompt: "a", max_tokens: 0 }, 400, "max_tokens: 0 given; wanted a whole number from 1"],
  [{ prompt: "a", stream: "yes" }, 400, 'stream: "yes" given; wanted true or false'],
  [{ prompt: "a", max_tokens: 9_000_000 }, 400, "1 tokens of the prompt and 9000000 of the answer given"],
])("%j is refused in the form of the API", async (body, status, message) => {
  const { post, server } = await mocked();
  const response = await post(body);
  expect(response.status).toBe(status);
  const { error } = (await response.json()) as { error: { message: string; type: string } };
  expect(error.message).toContain(message);
  expect(error).toMatchObject({
    type: "invalid_request_error",
    param: expect.toSatisfy((param) => param === null || typeof param === "string"),
  });
  expect(server.plan.inFlight).toBe(0);
});

test("other paths and methods, long bodies and pictures are refused", async () => {
  const { url, post } = await mocked();
  const statusOf = async (answer: Promise<Response>) => (await answer).status;
  expect(await statusOf(fetch(`${url}/etc/passwd`))).toBe(404);
  const got = await fetch(`${url}/v1/completions`);
  expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
  expect(await statusOf(post({ prompt: "word ".repeat(1_000_000) }))).toBe(413);
  const picture = { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://127.0.0.1/x" } }] }] };
  expect(await statusOf(post(picture, "/v1/chat/completions"))).toBe(400);
});

test("what is too long is named by its field, and by its headers; a model of null is none", async () => {
  const { url, post } = await mocked();
  const paramOf = async (answer: Promise<Response>) => ((await (await answer).json()) as { error: { param: string } }).error.param;
  expect(await paramOf(post({ prompt: "a", max_tokens: 9_000_000 }))).toBe("prompt");
  const chat = { messages: [{ role: "user", content: "a" }], max_tokens: 9_000_000 };
  expect(await paramOf(post(chat, "/v1/chat/completions"))).toBe("messages");
  const long = await fetch(`${url}/health`, { headers: { "x-long": "a".repeat(20_000) } });
  expect([long.status, await long.text()]).toEqual([431, expect.stringContaining("headers of more than 16384 bytes given")]);
  expect(await paramOf(post({ prompt: "a", model: null, n: 2 }))).toBe("n");
});

test("the version is that of the plan's vLLM; other engines have no such path", async () => {
  const vllm = await mocked({ engine: { name: "vllm", version: "0.19.1" } });
  expect(await (await fetch(`${vllm.url}/version`)).json()).toEqual({ version: "0.19.1" });
  const ideal = await mocked({ engine: { name: "ideal" } });
  expect((await fetch(`${ideal.url}/version`)).status).toBe(404);
});

test("connections beyond the most are refused in the form of the API, and those before them are served", async () => {
  const { port, url } = await mocked({}, { mostConnections: 3 });
  const sockets = Array.from({ length: 3 }, () => connect(port, "127.0.0.1"));
  await Promise.all(sockets.map((socket) => new Promise((done) => socket.once("connect", done))));
  const response = await fetch(`${url}/health`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: "overloaded" } });
  const heard = new Promise<string>((done) => sockets[0]!.once("data", (data) => done(String(data))));
  sockets[0]!.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(await heard).toContain("200 OK");
  for (const socket of sockets) socket.destroy();
});

test("a client that goes away takes its request with it", async () => {
  const { clock, post, arrived, server, url } = await mocked();
  const controller = new AbortController();
  const body = JSON.stringify({ prompt: "a", max_tokens: 400_000, stream: true });
  const gone = fetch(`${url}/v1/completions`, { method: "POST", body, signal: controller.signal });
  gone.catch(() => {});
  await arrived(1);
  clock.advanceTo(100);
  await gone;
  expect(server.plan.run.setup.slots.held).toBe(1);
  controller.abort();
  while (server.plan.inFlight > 0) await turn();
  clock.advanceTo(200);
  expect(server.plan.run.setup.slots.held).toBe(0);
  expect((await stepped(clock, post({ prompt: "a" }))).status).toBe(200);
});

const FAULT = {
  faults: [{ kind: "gpu-lost", ranks: [0], at: "1 s", for: "2 s" }],
  health: { exit: "500 ms", onLoss: { kind: "restart", time: "10 s" }, whileDown: "reject" },
};

test("a fault drops streams and is seen at /health and in the metrics, until the plan has recovered", async () => {
  const { clock, post, arrived, url } = await mocked(FAULT);
  const health = async () => (await fetch(`${url}/health`)).status;
  const stream = await (async () => {
    const answer = post({ prompt: "a", max_tokens: 100_000, stream: true });
    await arrived(1);
    clock.advanceTo(900);
    return answer;
  })();
  const whole = post({ prompt: "b", max_tokens: 100_000 });
  await arrived(2);
  expect(await health()).toBe(200);
  clock.advanceTo(1200);
  expect(await health()).toBe(200); // it is not detected yet
  clock.advanceTo(3100);
  await expect(stream.text()).rejects.toThrow();
  expect((await whole).status).toBe(500);
  expect(await health()).toBe(503);
  expect((await post({ prompt: "c" })).status).toBe(503);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('tokenyard_replica_down{replica="0"} 1\n');
  clock.advanceTo(20_000);
  expect(await health()).toBe(200);
  expect((await stepped(clock, post({ prompt: "c" }))).status).toBe(200);
});

test("prompts that begin alike find each other's blocks, and a conversation those of its answers", async () => {
  const kv = { blockTokens: 16, prefixCache: true };
  const { clock, post, url } = await mocked({ serving: { ...PLAN.serving, kv } });
  const hits = async () => {
    clock.advanceTo(clock.nowMs() + 1500);
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^vllm:prefix_cache_hits_total\{.*\} (\d+)$/m.exec(text)![1]);
  };
  const ask = async (messages: object[]) => {
    const response = await stepped(clock, post({ messages, max_tokens: 32 }, "/v1/chat/completions"));
    return ((await response.json()) as { choices: { message: object }[] }).choices[0]!.message;
  };
  const words = (count: number, word: string) => Array.from({ length: count }, (_, i) => `${word}${i}`).join(" ");
  const first = { role: "user", content: words(62, "a") }; // 64 tokens with the roles: four blocks
  const answer = await ask([first]);
  expect(await hits()).toBe(0);
  await ask([{ role: "user", content: `${words(62, "a")} ${words(30, "b")}` }]);
  expect(await hits()).toBe(48); // the fourth block has another last token
  await ask([first, answer, { role: "user", content: words(20, "c") }]);
  expect(await hits()).toBe(48 + 80); // of 64 + 31 tokens that were cached, five blocks
});

test("metrics have vLLM's names unless others are wanted, with the model, and never a name twice", async () => {
  const { clock, url, post } = await mocked({}, { metrics: ["sglang:*", "dynamo*"] });
  await stepped(clock, post({ prompt: "a", max_tokens: 3 }));
  clock.advanceTo(clock.nowMs() + 2000);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('sglang:num_running_reqs{replica="0",model_name="small"} 0\n');
  expect(text).toContain('dynamo_frontend_requests_total{status="success"} 1\n');
  expect(text).not.toContain("vllm:");
  expect(text).toMatch(/_bucket\{[^}]*le="1\.0"\} /);
  const names = text.split("\n").flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
  expect(new Set(names).size).toBe(names.length);
  expect(text).toContain("tokenyard_mock_lag_seconds_count 3\n");
});

test("a client that does not read is dropped, once, and one that reads is not, however fast time goes by", { tags: ["long"] }, async () => {
  const { clock, post, port, server, arrived } = await mocked();
  const socket = connect(port, "127.0.0.1");
  const body = JSON.stringify({ prompt: "a", max_tokens: 400_000, stream: true });
  socket.write(`POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  socket.pause();
  socket.on("error", () => {});
  const read = post({ prompt: "b", max_tokens: 60_000, stream: true }).then((response) => response.text());
  await arrived(2);
  const text = await stepped(clock, read, 1500);
  expect(text.split('"text"')).toHaveLength(60_001);
  while (server.plan.inFlight > 0) {
    clock.advanceTo(clock.nowMs() + 1500);
    await turn();
  }
  socket.destroy();
  expect(await server.close()).toMatchObject({ dropped: 1, endings: { finished: 1 } });
});

test("a server that ends says what it did", async () => {
  const { clock, post, server } = await mocked();
  await stepped(clock, post({ prompt: "a b", max_tokens: 3 }));
  expect(await server.close()).toMatchObject({
    arrived: 1,
    endings: { finished: 1, rejected: 0, failed: 0 },
    promptTokens: 2,
    outputTokens: 3,
  });
});
