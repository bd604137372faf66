// Has HAProxy balance two mocks, each a replica of one plan, of which the second is down for a while: `pnpm test:mock`. Needs haproxy: `apt-get install haproxy`.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startMock } from "./mock-process.ts";

/** Two replicas, of which the second is down from 8 s on, and is started again at 15 s. */
const PLAN = `tokenyard: 1
name: two-replicas
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { data: 2 }
workload: { kind: open, requests: 1, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
serving: { scheduler: { kind: continuous, tokenBudget: 2048, maxSequences: 64 } }
faults: [{ kind: gpu-lost, ranks: [1], at: 8 s, for: 2 s }]
health: { exit: 500 ms, onLoss: { kind: restart, time: 6 s } }
`;

if (spawnSync("haproxy", ["-v"]).error !== undefined) {
  console.error("haproxy is not installed: it comes with Debian, as in apt-get install haproxy");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "tokenyard-mock-"));
const plan = join(folder, "plan.yaml");
writeFileSync(plan, PLAN);
const mocks = await Promise.all([0, 1].map((replica) => startMock(plan, ["--replica", String(replica)])));
const startMs = Date.now();
const port = await freePort();
const servers = mocks.map(({ host }, i) => `  server replica${i} ${host} check inter 200ms fall 1 rise 1`).join("\n");
writeFileSync(
  join(folder, "haproxy.cfg"),
  `defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
listen plan
  bind 127.0.0.1:${port}
  balance roundrobin
  option httpchk GET /health
  http-response set-header X-Replica %s
${servers}
`,
);
const haproxy = spawn("haproxy", ["-db", "-f", join(folder, "haproxy.cfg")], { stdio: "ignore" });

/** Requests that were answered, by replica, and those that were not, from `fromMs` to `toMs` after the start. */
async function asked(fromMs: number, toMs: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  await new Promise((done) => setTimeout(done, Math.max(0, startMs + fromMs - Date.now())));
  while (Date.now() < startMs + toMs) {
    const body = JSON.stringify({ prompt: "hello", max_tokens: 4 });
    const name = await fetch(`http://127.0.0.1:${port}/v1/completions`, { method: "POST", body }).then(
      (response) => (response.ok ? response.headers.get("x-replica")! : `status ${response.status}`),
      () => "no answer",
    );
    counts[name] = (counts[name] ?? 0) + 1;
    await new Promise((done) => setTimeout(done, 50));
  }
  return counts;
}

try {
  const parts = [await asked(2000, 7000), await asked(10_000, 13_000), await asked(18_000, 21_000)] as const;
  for (const [i, part] of parts.entries()) console.log(`${["before", "while the replica is down", "after"][i]}: ${JSON.stringify(part)}`);
  const names = parts.map((part) => Object.keys(part).sort().join());
  if (names.join(" | ") !== "replica0,replica1 | replica0 | replica0,replica1") process.exitCode = 1;
} finally {
  haproxy.kill("SIGTERM");
  for (const mock of mocks) console.log((await mock.end()).split("\n").find((line) => line.includes("requests in")));
  rmSync(folder, { recursive: true, force: true });
}
