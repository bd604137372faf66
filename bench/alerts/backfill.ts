// Series of a run in a Prometheus: what `run --metrics` wrote is backfilled, a server on loopback answers what the dashboard asks, and what it says of the end is what the report says.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Report } from "@tokenyard/report";
import { HOUSE } from "../house.ts";

const PLAN = join(HOUSE, "scenarios/alerts-on-the-plan/scenario.yaml");
const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
const MOST_TRIES = 100;

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly [{ readonly expr: string }] }[];
}

interface Answer {
  readonly status: string;
  readonly data: {
    readonly result: readonly { readonly values?: readonly (readonly [number, string])[]; readonly value?: readonly [number, string] }[];
  };
}

/** What is wrong; nothing. */
export async function backfillProblems(folder: string): Promise<string[]> {
  const tokenyard = (...args: string[]) => execFileSync(process.execPath, [BIN, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  const metrics = join(folder, "run.om");
  const report = JSON.parse(tokenyard("run", PLAN, "--json", "--metrics", metrics)) as Report;
  tokenyard("alerts", PLAN, "--prometheus", join(folder, "alerts"));
  execFileSync("promtool", ["test", "rules", join(folder, "alerts/test.yml")], { stdio: "pipe" });
  execFileSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", metrics, join(folder, "data")], { stdio: "pipe" });
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(folder, "prometheus.yml"), "{}\n");
  const port = await freePort();
  const server = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=100y",
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  try {
    await isReady(port);
    return await problemsOf(port, report, JSON.parse(readFileSync(join(folder, "alerts/dashboard.json"), "utf8")));
  } finally {
    server.kill("SIGKILL");
  }
}

async function problemsOf(port: number, report: Report, dashboard: Dashboard): Promise<string[]> {
  const problems: string[] = [];
  const ask = async (path: string, query: Record<string, string>): Promise<Answer> =>
    (await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}?${new URLSearchParams(query)}`)).json()) as Answer;
  const end = Math.floor(report.horizonSeconds / 5) * 5;
  for (const { title, targets } of dashboard.panels) {
    const answer = await ask("query_range", { query: targets[0].expr, start: "0", end: String(end), step: "5" });
    const points = answer.status === "success" ? answer.data.result.reduce((sum, { values = [] }) => sum + values.length, 0) : 0;
    if (points === 0) problems.push(`${title}: no answer to ${targets[0].expr}`);
  }
  const value = async (query: string) => Number((await ask("query", { query, time: String(end) })).data.result[0]?.value?.[1]);
  const { finished } = report.requests;
  const tokens = report.tokens.prompt + report.tokens.output;
  const share = 3 / finished; // the last request ends after the last sample, and may be three times as long as the mean
  const facts: readonly (readonly [query: string, wanted: number, slack: number])[] = [
    ["tokenyard_requests_finished_total", finished, 1],
    ["sum(tokenyard_tokens_total)", tokens, tokens * share],
    ["sum(vllm:generation_tokens_total)", report.tokens.output, report.tokens.output * share],
    ["sum(tokenyard_gpus)", report.gpus, 0],
    ["sum(tokenyard_expert_copies_total)", report.tokens.routed, report.tokens.routed * share],
    ["count(DCGM_FI_DEV_FB_USED)", report.gpus, 0],
  ];
  for (const [query, wanted, slack] of facts) {
    const found = await value(query);
    if (!(found <= wanted && found >= wanted - slack)) problems.push(`${query} is ${found}, and ${wanted} in the report`);
  }
  return problems;
}

async function isReady(port: number): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/-/ready`)).ok) return;
    } catch {
      // it does not listen yet
    }
    await new Promise((wake) => setTimeout(wake, 200));
  }
  throw new Error("Prometheus is not ready");
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };
  listener.close();
  return port;
}
