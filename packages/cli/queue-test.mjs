// A sweep through a queue under fire: workers are killed ten times, the server twice, once with its memory, and the one who asks stops in
// the middle and goes on; one worker's clock is an hour ahead, and all of it goes by TLS with a user of few rights. What comes out is, to the
// byte, what one process gives. `pnpm test:queue`; needs valkey-server and openssl.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("bin/tokenyard.js", import.meta.url));
const PLAN = fileURLToPath(new URL("../../scenarios/two-ranks/scenario.yaml", import.meta.url));
const POINTS = 2_000;
const VARY = ["--vary", `seed=1..${POINTS}`, "--set", "workload.sequences=2"];
const WORKERS = 3;
const KILLS = 10;
/** Of a server that starts, to be asked; each takes half a second or so. */
const MOST_TRIES = 100;
/** Of the whole test; far more than it takes on a busy machine. */
const MOST_MS = 600_000;
const SEED = Number(process.env.QUEUE_SEED ?? 1);
/** A clock that is an hour ahead. */
const AHEAD = `data:text/javascript,${encodeURIComponent("const now = Date.now; Date.now = () => now() + 3600e3;")}`;

const folder = mkdtempSync(join(tmpdir(), "tokenyard-queue-"));
const port = await freePort();
const url = `rediss://yard@127.0.0.1:${port}`;
const env = { ...process.env, TOKENYARD_QUEUE_PASSWORD: "a secret", NODE_EXTRA_CA_CERTS: join(folder, "cert.pem") };
let random = SEED;
let server;
const workers = [];
let isOver = false;

setTimeout(() => {
  console.error(`not over after ${MOST_MS / 1000} s`);
  for (const child of [server, ...workers]) child?.kill("SIGKILL");
  process.exit(1);
}, MOST_MS).unref();

/** Below `below`; the same on each run. */
function drawn(below) {
  random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((random / 2 ** 32) * below);
}

async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port: free } = listener.address();
  listener.close();
  return free;
}

async function startServer() {
  server = spawn("valkey-server", [join(folder, "valkey.conf")], { stdio: "ignore" });
  for (let tries = 1; ; tries++) {
    const status = spawnSync(process.execPath, [BIN, "queue", "status", "--queue", url], { env, encoding: "utf8" });
    if (status.status === 0) return;
    if (server.exitCode !== null || tries === MOST_TRIES) throw new Error(`valkey-server does not start: ${status.stderr}`);
  }
}

async function killServer() {
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
}

function startWorker(at) {
  const options = at === 0 ? { ...env, NODE_OPTIONS: `--import ${AHEAD}` } : env;
  const args = [BIN, "worker", "--queue", url, "--threads", "1", "--lease", "1 s"];
  const worker = spawn(process.execPath, args, { env: options, stdio: ["ignore", "ignore", "pipe"] });
  worker.stderr.resume();
  worker.on("exit", () => isOver || startWorker(at));
  workers[at] = worker;
}

/** Runs the sweep, and what `events` has for the number of rows that there are; gives all it printed. */
async function asked(args, events) {
  const asker = spawn(process.execPath, [BIN, "sweep", PLAN, ...VARY, "--json", "--queue", url, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(asker, "exit");
  let said = "";
  asker.stderr.on("data", (text) => {
    said += text;
  });
  const rows = [];
  for await (const line of createInterface({ input: asker.stdout })) {
    rows.push(line);
    while (events.length > 0 && rows.length >= events[0].at) await events.shift().happen(asker);
  }
  const [code] = await ended;
  return { code, rows, said };
}

/** A worker that is started so ends at once, with a line that says why. */
function refuses(what, queue, env, why) {
  const { status, stderr } = spawnSync(process.execPath, [BIN, "worker", "--queue", queue], { env, encoding: "utf8" });
  expect(what, `${status} ${stderr.split("\n")[0]}`, `2 --queue ${queue}: ${why}`);
}

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what}: ${String(found).slice(0, 2000)}, wanted ${String(wanted).slice(0, 200)}`);
}

try {
  const cert = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=yard", "-addext", "subjectAltName=IP:127.0.0.1", ...cert],
    {
      stdio: "ignore",
    },
  );
  writeFileSync(
    join(folder, "valkey.conf"),
    `port 0
tls-port ${port}
bind 127.0.0.1
tls-cert-file ${folder}/cert.pem
tls-key-file ${folder}/key.pem
tls-auth-clients no
dir ${folder}
save ""
appendonly yes
maxmemory-policy noeviction
user default off
user yard on ">a secret" ~tokenyard* &* +@all -@dangerous +info
`,
  );
  await startServer();
  refuses("a wrong password", url, { ...env, TOKENYARD_QUEUE_PASSWORD: "guessed" }, "refuses the user or the password");
  const trustless = { ...env, NODE_EXTRA_CA_CERTS: "" };
  const untrusted = "has a certificate that is not trusted; NODE_EXTRA_CA_CERTS names a file of further ones";
  refuses("an unknown certificate", url, trustless, untrusted);
  const closed = "closes the connection; is it a Valkey or Redis server, and does it want rediss://?";
  refuses("no TLS where it is wanted", url.replace("rediss:", "redis:"), env, closed);
  for (let at = 0; at < WORKERS; at++) startWorker(at);

  const tally = { kills: 0, restarts: 0 };
  const kill = {
    happen: () => {
      tally.kills++;
      workers[drawn(WORKERS)].kill("SIGKILL");
    },
  };
  const restart = (keeps) => ({
    happen: async () => {
      tally.restarts++;
      await killServer();
      if (!keeps) rmSync(join(folder, "appendonlydir"), { recursive: true, force: true });
      await startServer();
    },
  });
  const half = POINTS / 2;
  const stop = { at: half, happen: (asker) => asker.kill("SIGINT") };
  const events = [
    ...Array.from({ length: KILLS }, (_, i) => ({ ...kill, at: Math.floor(((i + drawn(100) / 100) * (POINTS - 200)) / KILLS) + 1 })),
    { ...restart(true), at: 400 + drawn(200) },
    { ...restart(false), at: half + 200 + drawn(200) },
  ].sort((a, b) => a.at - b.at);
  const study = join(folder, "study.duckdb");
  const before = [...events.filter(({ at }) => at < half), stop];
  const first = await asked(["--out", study], before);
  expect("Ctrl-C", first.code, 130);
  const second = await asked(
    ["--out", study, "--resume"],
    events.filter(({ at }) => at >= half),
  );
  expect("the exit code", `${second.code} ${second.code === 0 ? "" : second.said}`, "0 ");
  expect("kills and restarts", `${tally.kills} ${tally.restarts}`, `${KILLS} 2`);

  const here = execFileSync(process.execPath, [BIN, "sweep", PLAN, ...VARY, "--json", "--workers", "2"], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  expect("the rows", `${second.rows.join("\n")}\n` === here, true);
  expect("the rows before Ctrl-C", here.startsWith(`${first.rows.join("\n")}\n`), true);
  execFileSync(process.execPath, [BIN, "export", study, join(folder, "study.jsonl")]);
  expect("the study file", readFileSync(join(folder, "study.jsonl"), "utf8") === here, true);
  const status = JSON.parse(execFileSync(process.execPath, [BIN, "queue", "status", "--json", "--queue", url], { env, encoding: "utf8" }));
  expect("what is left in the queue", `${status.waiting} ${status.aside.length} ${status.studies.length}`, "0 0 0");
  console.log(`${POINTS} points through a queue, ${KILLS} workers and 2 servers killed, once stopped: the same bytes as in one process`);
} finally {
  isOver = true;
  for (const worker of workers) worker.kill("SIGKILL");
  if (server !== undefined && server.exitCode === null) server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
