// The circle over real sockets: a mock in a process of its own, whose host times nothing else knows, is observed, calibrated and predicted: `pnpm test:circle [SPEED]`.
// A proxy between them splits what the mock writes anywhere, in characters too. Six minutes at the usual speed of 0.1; a quiet machine may go faster.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOUSE } from "../house.ts";
import { startMock } from "./mock-process.ts";

const speed = process.argv[2] ?? "0.1";
/** Largest error of a host time that is found, and of a latency that is predicted. */
const [MOST_OFF_HOST, MOST_OFF] = [0.1, 0.03];

const PLAN = `tokenyard: 1
name: circle
model: llama-3.1-8b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: { name: vllm, version: "0.19" }
`;
/** Every host time of the preset, twice. */
const HIDDEN = `serving: { stepOverhead: { layer: 62 us, request: 21.2 us, promptLayer: 310 us, prompt: 5.6 ms, arrival: 1.4 ms, arrivalToken: 6.8 us } }
`;
const alone = (promptTokens: number, requests = 10) =>
  `{ kind: closed, concurrency: 1, requests: ${requests}, promptTokens: ${promptTokens}, outputTokens: 24 }`;
const open = (rate: number, requests: number, prompts: string, outputs: string) =>
  `{ kind: open, rate: ${rate} requests/s, requests: ${requests}, promptTokens: { kind: uniform, ${prompts} }, outputTokens: { kind: uniform, ${outputs} } }`;
const MEASURED = [alone(60), alone(1000), alone(4000), open(16, 80, "from: 40, to: 80", "from: 150, to: 250")];
const UNSEEN = [alone(500), alone(2500), open(8, 60, "from: 100, to: 200", "from: 60, to: 140")];

const folder = mkdtempSync(join(tmpdir(), "tokenyard-circle-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Runs the built command line; returns what it prints. */
async function tokenyard(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(HOUSE, "packages/cli/bin/tokenyard.js"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  return out;
}

let splits = 0;
/** What is written comes in two pieces: the second begins in a character where there is one of several bytes. */
const proxy = createServer((client) => {
  const server = connect(Number(new URL(mock.address).port), "127.0.0.1");
  client.setNoDelay(true).pipe(server.setNoDelay(true));
  server.on("data", (bytes: Buffer) => {
    const inCharacter = bytes.findIndex((byte) => byte >= 0x80 && byte < 0xc0); // a byte that goes on with a character
    const at = inCharacter > 0 ? inCharacter : bytes.length >> 1;
    if (inCharacter > 0) splits++;
    client.write(bytes.subarray(0, at));
    setImmediate(() => client.write(bytes.subarray(at)));
  });
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const)
    one.on("error", () => {}).on("close", () => other.destroy());
});

/** How far each simulated mean of an observed load is from the measured one. */
async function observed(name: string, workload: string, plan: string): Promise<Readonly<Record<string, number>>> {
  const scenario = file(`${name}.yaml`, `${plan}workload: ${workload}\n`);
  const { port } = proxy.address() as AddressInfo;
  const out = join(folder, `${name}.jsonl`);
  const text = await tokenyard(
    "observe",
    `http://127.0.0.1:${port}`,
    ...["--scenario", scenario, "--speed", speed, "--warm-up", "2", "--out", out, "--json"],
  );
  const { simulated } = JSON.parse(text) as { simulated: { numbers: Record<string, { error: number }> } };
  return Object.fromEntries(Object.entries(simulated.numbers).map(([key, { error }]) => [key, error]));
}

const shown = (errors: Readonly<Record<string, number>>) =>
  Object.entries(errors)
    .map(([name, error]) => `${name} ${(100 * error).toFixed(1)} %`)
    .join(", ");

const mock = await startMock(file("hidden.yaml", `${PLAN}workload: ${alone(8)}\n${HIDDEN}`), ["--speed", speed]);
await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
let isRight = true;
try {
  for (const [at, workload] of MEASURED.entries()) console.log(`by the preset: ${shown(await observed(`run${at}`, workload, PLAN))}`);
  const found = join(folder, "mine.yaml");
  await tokenyard("calibrate", ...MEASURED.map((_, at) => join(folder, `run${at}.jsonl`)), "--out", found);
  const times = [...readFileSync(found, "utf8").matchAll(/^ {4}(step|request|prompt|arrival): (.*)$/gm)].map(
    ([, part, factor]) => [part!, Number(factor)] as const,
  );
  console.log(`host times, by the preset's, all of which are 2: ${times.map(([part, factor]) => `${part} ${factor}`).join(", ")}`);
  isRight = times.length === 4 && times.every(([, factor]) => Math.abs(factor / 2 - 1) <= MOST_OFF_HOST);
  for (const [at, workload] of UNSEEN.entries()) {
    const errors = await observed(`unseen${at}`, workload, `extends: mine.yaml\n${PLAN}`);
    console.log(`calibrated, of a load that was not measured: ${shown(errors)}`);
    isRight &&= ["ttft", "tpot"].every((name) => Math.abs(errors[name]!) <= MOST_OFF);
  }
} finally {
  proxy.close();
  const summary = await mock.end();
  console.log(`${splits} characters were split; ${summary.split("\n").find((line) => line.startsWith("tokens were"))}`);
  rmSync(folder, { recursive: true, force: true });
}
if (!isRight || splits === 0) process.exitCode = 1;
