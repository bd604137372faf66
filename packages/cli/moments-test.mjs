// A worker of a queue that is killed at any of 100 moments: one worker after another is killed as its first message to or from the server passes, its
// second, and so on to the fiftieth, before that arrives or after. Two that live take the rest of the points, and each sweep has the bytes
// of one process. `pnpm test:moments`; takes some minutes and needs valkey-server.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("bin/tokenyard.js", import.meta.url));
const PLAN = fileURLToPath(new URL("../../scenarios/two-ranks/scenario.yaml", import.meta.url));
const SWEEP = ["sweep", PLAN, "--vary", "seed=1..400", "--set", "workload.sequences=2", "--json"];
const MESSAGES = Number(process.env.MESSAGES ?? 50);
/** Between two deaths, so that no job has three of them, after which it would be put aside: a lease, and the time to run it. */
const PAUSE_MS = 3_000;

const folder = mkdtempSync(join(tmpdir(), "tokenyard-moments-"));
const children = new Set();

function started(command, args, options = {}) {
  const child = spawn(command, args, { stdio: "ignore", ...options });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

function worker(port) {
  return started(process.execPath, [BIN, "worker", "--queue", `redis://127.0.0.1:${port}`, "--threads", "1", "--lease", "1 s"]);
}

/** A server of sockets at a port of its own. */
async function listening(onSocket) {
  const server = createServer(onSocket).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Starts a worker and kills it at its message number `message`, before that arrives or after. */
async function killedAt(port, message, isBefore) {
  let child;
  let passed = 0;
  const wire = await listening((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.on("error", () => {});
      from.on("close", () => to.destroy());
      from.on("data", (bytes) => {
        if (passed >= message) return; // it is dead
        const isLast = ++passed === message;
        if (isLast && isBefore) child.kill("SIGKILL");
        else to.write(bytes);
        if (isLast) child.kill("SIGKILL");
      });
    }
  });
  child = worker(wire.address().port);
  await once(child, "exit");
  wire.close();
  if (child.signalCode !== "SIGKILL") throw new Error(`the worker of message ${message} ended by itself: ${child.exitCode}`);
}

/** What the sweep prints by the queue. */
async function swept(port) {
  const asker = started(process.execPath, [BIN, ...SWEEP, "--queue", `redis://127.0.0.1:${port}`], { stdio: ["ignore", "pipe", "ignore"] });
  const texts = [];
  asker.stdout.on("data", (text) => texts.push(text));
  const [code] = await once(asker, "close");
  const text = Buffer.concat(texts).toString();
  if (code !== 0) throw new Error(`the sweep ended with ${code}: ${/"status":"failed".*/.exec(text)}`);
  return text;
}

try {
  const free = await listening(() => {});
  const { port } = free.address();
  free.close();
  started("valkey-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]);
  while (spawnSync(process.execPath, [BIN, "queue", "status", "--queue", `redis://127.0.0.1:${port}`]).status !== 0);
  const here = execFileSync(process.execPath, [BIN, ...SWEEP, "--workers", "1"], { encoding: "utf8", maxBuffer: 2 ** 30 });
  for (let steady = 0; steady < 2; steady++) worker(port);
  const moments = Array.from({ length: 2 * MESSAGES }, (_, i) => ({ message: Math.floor(i / 2) + 1, isBefore: i % 2 === 0 }));
  let isOver = false;
  const killAll = async () => {
    for (const { message, isBefore } of moments) {
      await killedAt(port, message, isBefore);
      await setTimeout(PAUSE_MS);
    }
  };
  const killed = killAll().finally(() => {
    isOver = true;
  });
  let sweeps = 0;
  for (; !isOver; sweeps++) if ((await swept(port)) !== here) throw new Error(`sweep ${sweeps + 1} has other bytes`);
  await killed;
  const status = execFileSync(process.execPath, [BIN, "queue", "status", "--json", "--queue", `redis://127.0.0.1:${port}`]);
  const { waiting, aside } = JSON.parse(status);
  if (waiting !== 0 || aside.length > 0) throw new Error(`left in the queue: ${status}`);
  console.log(
    `workers killed at ${moments.length} moments in ${sweeps} sweeps of 400 points: the same bytes as in one process, none put aside`,
  );
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
