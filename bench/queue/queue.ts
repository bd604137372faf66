// Points a second by a queue, and what the queue takes of the cores: `pnpm bench:queue`, and `pnpm bench:queue --scale` for 200,000 tiny points;
// `--workers 1,2` has other numbers of worker processes, `--rounds 1` other repetitions.
// Starts Debian's valkey-server on loopback; reads /proc, so Linux only.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { scriptOptions } from "../script-options.ts";
import { SCENARIOS, type Sized } from "./scenarios.ts";

const { values } = scriptOptions("queue [--scale] [--workers N,N,...] [--rounds N]", {
  options: { scale: { type: "boolean", default: false }, workers: { type: "string" }, rounds: { type: "string", default: "3" } },
});
const isScale = values.scale;
const WORKERS = (values.workers ?? (isScale ? "2" : "1,2,4,8")).split(",").map(Number);

const BIN = fileURLToPath(new URL("../../../packages/cli/bin/tokenyard.js", import.meta.url));
const PORT = 17_820;
const QUEUE = `redis://127.0.0.1:${PORT}`;
const SCALE = 200_000;
/** In turn, so that a busy machine is so for all. */
const ROUNDS = isScale ? 1 : Number(values.rounds);
/** What is measured lies between these shares of the rows: workers have as much under way at both. */
const FROM = 0.3;
const TO = 0.9;
const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

const folder = mkdtempSync(join(tmpdir(), "bench-queue-"));

/** Seconds that the cores have worked for a process until now. */
function coreSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

interface Measured {
  readonly pointsPerSecond: number;
  /** Milliseconds of one point: of all processes, and of the asking process, the workers and the server. */
  readonly coreMs: number;
  readonly parts: readonly number[];
}

/** The middle of a sweep of `points` seeds; `helpers` are the other processes that work for it. */
async function swept({ text }: Sized, points: number, options: readonly string[], helpers: readonly ChildProcess[]): Promise<Measured> {
  const file = join(folder, "scenario.yaml");
  writeFileSync(file, text);
  const args = [BIN, "sweep", file, "--vary", `seed=1..${points}`, "--json", ...options];
  const asker = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const all = [asker, ...helpers];
  const [first, last] = [FROM, TO].map((share) => Math.floor(points * share)) as [number, number];
  let rows = 0;
  let from = { ms: 0, cores: [] as number[] };
  let to = from;
  for await (const _ of createInterface({ input: asker.stdout })) {
    rows++;
    if (rows === first) from = { ms: performance.now(), cores: all.map(coreSeconds) };
    if (rows === last) to = { ms: performance.now(), cores: all.map(coreSeconds) };
  }
  if (rows !== points) throw new Error(`${rows} rows of ${points}`);
  const parts = to.cores.map((seconds, i) => ((seconds - from.cores[i]!) * 1e3) / (last - first));
  const coreMs = parts.reduce((sum, part) => sum + part, 0);
  return { pointsPerSecond: ((last - first) * 1e3) / (to.ms - from.ms), coreMs, parts };
}

async function withServer<T>(work: (server: ChildProcess) => Promise<T>): Promise<T> {
  const server = spawn("valkey-server", ["--port", String(PORT), "--bind", "127.0.0.1", "--save", "", "--dir", folder], {
    stdio: "ignore",
  });
  try {
    while (spawnSync(process.execPath, [BIN, "queue", "status", "--queue", QUEUE]).status !== 0);
    return await work(server);
  } finally {
    server.kill();
  }
}

async function withWorkers<T>(count: number, work: (workers: readonly ChildProcess[]) => Promise<T>): Promise<T> {
  const workers = Array.from({ length: count }, () =>
    spawn(process.execPath, [BIN, "worker", "--queue", QUEUE, "--threads", "1"], { stdio: ["ignore", "ignore", "pipe"] }),
  );
  try {
    await Promise.all(workers.map((worker) => once(worker.stderr!, "data")));
    return await work(workers);
  } finally {
    for (const worker of workers) worker.kill("SIGKILL");
  }
}

function phrase(what: string, { pointsPerSecond, coreMs, parts }: Measured, alone?: Measured): string {
  const [asker = 0, ...others] = parts;
  const server = others.pop() ?? 0;
  const rest = others.reduce((sum, part) => sum + part, 0);
  const more =
    alone &&
    `; ${(coreMs - alone.coreMs).toFixed(2)} more than in one process, ${((100 * alone.coreMs) / coreMs).toFixed(0)} % of its rate by core: asker ${asker.toFixed(2)}, workers ${rest.toFixed(2)}, server ${server.toFixed(3)}`;
  return `| ${what} | ${pointsPerSecond.toPrecision(3)} points/s | ${coreMs.toPrecision(3)} ms of a core for a point${more ?? ""} |`;
}

/** The best of both of each kind: what others take of the machine only makes them worse. */
function best(a: Measured | undefined, b: Measured): Measured {
  if (a === undefined) return b;
  return { ...(a.coreMs < b.coreMs ? a : b), pointsPerSecond: Math.max(a.pointsPerSecond, b.pointsPerSecond) };
}

try {
  await withServer(async (server) => {
    for (const sized of isScale ? SCENARIOS.slice(0, 1) : SCENARIOS) {
      const bests = new Map<number, Measured>(); // 0 workers: in one process
      for (let round = 0; round < ROUNDS; round++) {
        bests.set(0, best(bests.get(0), await swept(sized, sized.points, ["--workers", "1"], [])));
        for (const count of WORKERS) {
          const points = isScale ? SCALE : sized.points * count;
          const queued = await withWorkers(count, (workers) => swept(sized, points, ["--queue", QUEUE], [...workers, server]));
          bests.set(count, best(bests.get(count), queued));
        }
      }
      console.log(phrase(`${sized.name}, in one process`, bests.get(0)!));
      for (const count of WORKERS) {
        const what = `${sized.name}, ${count} worker${count > 1 ? "s" : ""}${isScale ? `, ${SCALE} points` : ""}`;
        console.log(phrase(what, bests.get(count)!, bests.get(0)!));
      }
    }
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
