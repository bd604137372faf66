// Has a Prometheus scrape a mock whose plan loses a GPU, and waits for its alert: `pnpm test:mock`. Needs prometheus 2.x or later: `apt-get install prometheus`.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startMock } from "./mock-process.ts";

const WAIT_MS = 60_000;

/** Two replicas, of which the second loses its GPU at 8 s for the rest of the day. */
const PLAN = `tokenyard: 1
name: loses-a-gpu
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { data: 2 }
workload: { kind: open, requests: 1, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
serving: { scheduler: { kind: continuous, tokenBudget: 2048, maxSequences: 64 } }
faults: [{ kind: gpu-lost, ranks: [1], at: 8 s }]
health: { exit: 1 s, onLoss: { kind: restart, time: 30 s } }
`;

const RULES = `groups:
- name: mock
  interval: 1s
  rules:
  - alert: ReplicaDown
    expr: tokenyard_replica_down == 1
    for: 2s
  - alert: NeverDown
    expr: tokenyard_replica_down{replica="0"} == 1
`;

if (spawnSync("prometheus", ["--version"]).error !== undefined) {
  console.error("prometheus is not installed: it comes with Debian, as in apt-get install prometheus");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "tokenyard-mock-"));
writeFileSync(join(folder, "plan.yaml"), PLAN);
const mock = await startMock(join(folder, "plan.yaml"));
const config = `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs: [{ job_name: mock, static_configs: [{ targets: ["${mock.host}"] }] }]
`;
writeFileSync(join(folder, "rules.yml"), RULES);
writeFileSync(join(folder, "prometheus.yml"), config);
const listens = `127.0.0.1:${await freePort()}`;
const options = [
  `--config.file=${join(folder, "prometheus.yml")}`,
  `--storage.tsdb.path=${join(folder, "data")}`,
  `--web.listen-address=${listens}`,
];
const prometheus = spawn("prometheus", options, { stdio: "ignore" });

interface Alert {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Alerts that Prometheus has now; none while it starts. */
async function alerts(): Promise<readonly Alert[]> {
  try {
    const { data } = (await (await fetch(`http://${listens}/api/v1/alerts`)).json()) as { data: { alerts: Alert[] } };
    return data.alerts;
  } catch {
    return [];
  }
}

/** What Prometheus has of `query`. */
async function valuesOf(query: string): Promise<readonly string[]> {
  const answer = (await (await fetch(`http://${listens}/api/v1/query?query=${encodeURIComponent(query)}`)).json()) as {
    data: { result: { value: [number, string] }[] };
  };
  return answer.data.result.map(({ value }) => value[1]);
}

try {
  const startMs = Date.now();
  let firing: readonly Alert[] = [];
  let early = 0;
  while (firing.length === 0 && Date.now() - startMs < WAIT_MS) {
    await fetch(`${mock.address}/completions`, { method: "POST", body: '{"prompt": "hello", "max_tokens": 4}' });
    await new Promise((done) => setTimeout(done, 500));
    firing = (await alerts()).filter(({ state }) => state === "firing");
    if (Date.now() - startMs < 7000) early += firing.length;
  }
  const names = firing.map(({ labels }) => `${labels["alertname"]} of replica ${labels["replica"]}`);
  const served = (await valuesOf("sum(vllm:request_success_total)"))[0] ?? "0";
  console.log(
    `${((Date.now() - startMs) / 1000).toFixed(0)} s after the start: ${names.join(", ") || "no alert"}; ${served} requests served`,
  );
  if (names.join() !== "ReplicaDown of replica 1" || early > 0 || Number(served) === 0) process.exitCode = 1;
} finally {
  await mock.end();
  prometheus.kill("SIGTERM");
  await new Promise((done) => prometheus.once("close", done));
  rmSync(folder, { recursive: true, force: true });
}
