// Has a subscriber of ZeroMQ itself, in Python, read which blocks a mock keeps, as llm-d's router does: `pnpm test:mock`. Needs `apt-get install python3-zmq python3-msgpack`.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startMock } from "./mock-process.ts";

/** A cache of few blocks, so that some give way. */
const PLAN = `tokenyard: 1
name: few-blocks
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
workload: { kind: open, requests: 1, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
serving:
  scheduler: { kind: continuous, tokenBudget: 2048, maxSequences: 64 }
  kv: { blockTokens: 16, blocks: 40, prefixCache: true }
`;

/** Reads until it is quiet for two seconds; prints what is kept then, and what does not fit. */
const SUBSCRIBER = `import json, sys
import msgpack, zmq
socket = zmq.Context().socket(zmq.SUB)
socket.connect(sys.argv[1])
socket.setsockopt(zmq.SUBSCRIBE, b"kv@")
print("ready", flush=True)
kept, wrong, stored, removed, expected, topics = {}, 0, 0, 0, None, set()
while socket.poll(10000 if stored == 0 else 2000):
    topic, sequence, payload = socket.recv_multipart()
    topics.add(topic.decode())
    number = int.from_bytes(sequence, "big")
    wrong += expected is not None and number != expected
    expected = number + 1
    seconds, events, rank = msgpack.unpackb(payload)
    for event in events:
        if event[0] == "BlockStored":
            name, hashes, parent, tokens, size, lora, medium, lora_name = event
            wrong += len(tokens) != size * len(hashes) or (parent is not None and parent not in kept)
            for i, each in enumerate(hashes):
                wrong += each in kept
                kept[each] = tokens[size * i : size * (i + 1)]
            stored += len(hashes)
        else:
            name, hashes, medium = event
            for each in hashes:
                wrong += kept.pop(each, None) is None
            removed += len(hashes)
print(json.dumps({"kept": len(kept), "stored": stored, "removed": removed, "wrong": wrong, "topics": sorted(topics)}))
`;

/** Debian's own, where another one comes first. */
const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import zmq, msgpack"]).status === 0);
if (python === undefined) {
  console.error("no ZeroMQ for Python: it comes with Debian, as in apt-get install python3-zmq python3-msgpack");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "tokenyard-mock-"));
writeFileSync(join(folder, "plan.yaml"), PLAN);
const address = `tcp://127.0.0.1:${await freePort()}`;
const mock = await startMock(join(folder, "plan.yaml"), ["--kv-events", address, "--speed", "10"]);
const subscriber = spawn(python, ["-c", SUBSCRIBER, address], { stdio: ["ignore", "pipe", "inherit"] });
let said = "";
subscriber.stdout.on("data", (text) => {
  said += text;
});
const ended = new Promise((done) => subscriber.once("close", done));
try {
  while (!said.includes("ready")) await new Promise((done) => setTimeout(done, 50));
  await new Promise((done) => setTimeout(done, 500)); // it connects
  for (let request = 0; request < 30; request++) {
    const prompt = Array.from({ length: 100 + 10 * (request % 7) }, (_, i) => 1000 * (request % 11) + i);
    const body = JSON.stringify({ prompt, max_tokens: 20 });
    await fetch(`${mock.address}/completions`, { method: "POST", body });
  }
  await ended;
} finally {
  subscriber.kill("SIGTERM");
  const summary = await mock.end();
  rmSync(folder, { recursive: true, force: true });
  const heard = JSON.parse(said.split("\n")[1] ?? "{}") as { kept: number; stored: number; removed: number; wrong: number };
  console.log(`the subscriber: ${JSON.stringify(heard)}`);
  const own = summary.split("\n").find((line) => line.includes("blocks were kept")) ?? "";
  console.log(`the mock: ${own}`);
  const isSame = own.startsWith(`${heard.stored} blocks were kept and ${heard.removed} lost;`);
  if (!isSame || heard.wrong > 0 || heard.removed === 0 || heard.kept !== heard.stored - heard.removed) process.exitCode = 1;
}
