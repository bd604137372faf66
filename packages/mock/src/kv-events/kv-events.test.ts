import { connect } from "node:net";
import { decode } from "@msgpack/msgpack";
import { parseScenario } from "@tokenyard/scenario";
import { afterEach, expect, test } from "vitest";
import { SteppedClock } from "../clock.ts";
import { type MockOptions, MockServer } from "../mock-server.ts";
import { tokensOfText } from "../prompts/prompt-tokens.ts";
import { kvAddress } from "./kv-events.ts";
import { command, FrameReader, GREETING, message, property } from "./zmtp-frames.ts";

const PLAN = {
  tokenyard: 1,
  name: "small",
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  workload: { kind: "open", requests: 1, rate: "1 requests/s", promptTokens: 8, outputTokens: 4 },
  serving: {
    scheduler: { kind: "continuous", tokenBudget: 256, maxSequences: 8 },
    kv: { blockTokens: 16, blocks: 20, prefixCache: true },
  },
};

type Stored = [
  kind: "BlockStored",
  hashes: bigint[],
  parent: bigint | null,
  tokens: number[],
  blockTokens: number,
  lora: null,
  medium: string,
];
type Removed = [kind: "BlockRemoved", hashes: bigint[], medium: string];
type Batch = [seconds: number, events: (Stored | Removed)[], rank: number];

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const turn = () => new Promise<void>((done) => setTimeout(done, 1));

/** A server of `PLAN` whose time the test steps, and a subscriber to its events. */
async function subscribed(some: object = {}, topic?: string, options: MockOptions = {}) {
  const clock = new SteppedClock();
  const kvEvents = { host: "127.0.0.1", port: 0, topic };
  const server = new MockServer(parseScenario({ ...PLAN, ...some }), { clock, startedSeconds: 1000, kvEvents, ...options });
  open.push(server);
  const port = await server.listen(0, "127.0.0.1");
  const reader = await subscriber((await server.publish(`127.0.0.1:${port}`))!, "kv@");
  const ask = async (prompt: string, outputTokens = 1) => {
    const body = JSON.stringify({ prompt, max_tokens: outputTokens });
    let isOver = false;
    const answer = fetch(`http://127.0.0.1:${port}/v1/completions`, { method: "POST", body }).then(async (response) => {
      isOver = true;
      return response.text();
    });
    while (!isOver) {
      clock.advanceTo(clock.nowMs() + 50);
      await turn();
    }
    await answer;
    clock.advanceTo(clock.nowMs() + 50);
  };
  return { clock, server, port, ask, ...reader };
}

/** A subscriber as the specification of ZMTP has it: what it is sent, part by part. */
async function subscriber(port: number, topic: string) {
  const socket = connect(port, "127.0.0.1");
  open.push({ close: () => socket.destroy() });
  const reader = new FrameReader();
  const messages: { topic: string; sequence: bigint; batch: Batch }[] = [];
  let parts: Buffer[] = [];
  const isReady = new Promise<void>((done) => {
    socket.on("data", (chunk: Buffer) => {
      for (const { isCommand, hasMore, body } of reader.take(chunk)) {
        if (isCommand) done();
        else parts.push(Buffer.from(body));
        if (isCommand || hasMore) continue;
        const [name, sequence, payload] = parts;
        parts = [];
        const batch = decode(payload!, { useBigInt64: true }) as Batch;
        messages.push({ topic: String(name), sequence: sequence!.readBigUInt64BE(), batch });
      }
    });
  });
  socket.write(Buffer.concat([GREETING, command("READY", property("Socket-Type", "SUB")), message([Buffer.from(`\x01${topic}`)])]));
  await isReady;
  for (let i = 0; i < 20; i++) await turn(); // the subscription arrives
  const heard = async (count: number) => {
    while (messages.length < count) await turn();
  };
  const events = () => messages.flatMap(({ batch }) => batch[1]);
  return { messages, heard, events };
}

const words = (count: number, word: string) => Array.from({ length: count }, (_, i) => `${word}${i}`).join(" ");

/** Replays events: the blocks that are kept after them. */
function keptOf(events: readonly (Stored | Removed)[]): Set<bigint> {
  const kept = new Set<bigint>();
  for (const [kind, hashes] of events)
    for (const hash of hashes) {
      expect(kept.has(hash)).toBe(kind === "BlockRemoved"); // no block is stored twice, and none is removed that is not there
      if (kind === "BlockStored") kept.add(hash);
      else kept.delete(hash);
    }
  return kept;
}

test("blocks of a prompt and its answer are reported in a chain, with their tokens, and those that were found are not", async () => {
  const { ask, heard, events, messages, port } = await subscribed();
  const prompt = words(40, "a");
  await ask(prompt, 25); // 64 cached tokens, as the last one is not: four blocks, of which two are of the prompt alone
  await heard(1);
  const stored = events() as Stored[];
  const tokens = stored.flatMap((event) => event[3]);
  expect(tokens).toHaveLength(64);
  expect(tokens.slice(0, 40)).toEqual([...tokensOfText(prompt)]);
  const hashes = stored.flatMap((event) => event[1]);
  expect(new Set(hashes).size).toBe(4);
  let before: bigint | null = null;
  for (const [, own, parent, ofEvent, blockTokens, lora, medium] of stored) {
    expect(parent).toBe(before);
    expect([ofEvent.length, blockTokens, lora, medium]).toEqual([16 * own.length, 16, null, "GPU"]);
    before = own.at(-1)!;
  }
  expect(messages.map(({ topic }) => topic)).toEqual(messages.map(() => `kv@127.0.0.1:${port}@small`));
  expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, i) => BigInt(i)));
  expect(messages[0]!.batch[0]).toBeGreaterThan(1000);
  const count = messages.length;
  await ask(`${words(40, "a")} ${words(10, "b")}`);
  await heard(count + 1);
  const later = (events() as Stored[]).slice(stored.length);
  expect(later.map((event) => [event[2], event[3].length])).toEqual([[hashes[1], 16]]); // behind the two blocks that were found
});

test("stored less removed blocks are those that the simulated caches keep, by rank", async () => {
  const { ask, server, messages, clock } = await subscribed({ parallelism: { data: 2 } });
  for (let request = 0; request < 12; request++) await ask(words(60 + 30 * (request % 4), `r${request % 5}-`), 1 + 20 * (request % 3));
  clock.advanceTo(clock.nowMs() + 100);
  const use = server.plan.run.setup.scheduler.cache!.use();
  const count = () =>
    messages.flatMap(({ batch }) => batch[1]).reduce((sum, [kind, { length }]) => sum + (kind === "BlockRemoved" ? length : 0), 0);
  while (count() < use.evictions) await turn();
  const kept = [0, 1].map((rank) => keptOf(messages.filter(({ batch }) => batch[2] === rank).flatMap(({ batch }) => batch[1])));
  expect(kept[0]!.size + kept[1]!.size).toBe(use.prefix!.keptBlocks);
  expect(count()).toBe(use.evictions);
  expect(use.evictions).toBeGreaterThan(10);
  expect(await server.close()).toMatchObject({ kvEvents: { removed: use.evictions, dropped: 0 } });
});

test("a replica that is lost reports all that it kept as removed", async () => {
  const faults = {
    faults: [{ kind: "gpu-lost", ranks: [0], at: "1 s", for: "2 s" }],
    health: { exit: "500 ms", onLoss: { kind: "restart", time: "10 s" }, whileDown: "reject" },
  };
  const { ask, heard, events, server, clock } = await subscribed(faults);
  await ask(words(70, "a"), 20);
  await heard(1);
  expect(keptOf(events()).size).toBe(server.plan.run.setup.scheduler.cache!.use().prefix!.keptBlocks);
  clock.advanceTo(20_000);
  while (events().at(-1)![0] !== "BlockRemoved") await turn();
  expect(keptOf(events()).size).toBe(0);
});

test("two servers name equal blocks equally, whatever they had before", async () => {
  const [one, other] = [await subscribed(), await subscribed()];
  await one.ask(words(20, "x"));
  await one.ask(words(33, "a"));
  await other.ask(words(33, "a"));
  await one.heard(2);
  await other.heard(1);
  expect(one.events().at(-1)!.slice(1)).toEqual(other.events()[0]!.slice(1));
});

test("a plan that has no such blocks is refused", () => {
  const build = (some: object) => () =>
    new MockServer(parseScenario({ ...PLAN, ...some }), { clock: new SteppedClock(), kvEvents: { host: "127.0.0.1", port: 0 } });
  expect(build({ serving: { ...PLAN.serving, kv: { blockTokens: 16, prefixCache: false } } })).toThrow("serving.kv.prefixCache");
});

test("a topic may be given, and addresses are those of ZeroMQ", async () => {
  const { ask, heard, messages } = await subscribed({}, "kv@pod-7@m");
  await ask(words(17, "a"));
  await heard(1);
  expect(messages[0]!.topic).toBe("kv@pod-7@m");
  expect(kvAddress("tcp://127.0.0.1:5557")).toEqual({ host: "127.0.0.1", port: 5557 });
  expect(kvAddress("tcp://*:0")).toEqual({ host: "0.0.0.0", port: 0 });
  expect(kvAddress("tcp://[::1]:80")).toEqual({ host: "::1", port: 80 });
  for (const wrong of ["127.0.0.1:5557", "tcp://host", "tcp://host:70000", "ipc:///tmp/x", "tcp://a@b:1"])
    expect(kvAddress(wrong)).toBeUndefined();
});
