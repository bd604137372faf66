import type { Server } from "node:http";
import { labelsText, numberText } from "@tokenyard/metrics";
import { BadInput } from "../outcomes/bad-input.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import type { WorkerEntry } from "./registry.ts";

export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** `9464` on this machine alone, `0.0.0.0:9464` for others too. */
export function metricsPlace(text: string, problems: LocatedProblem[]): MetricsPlace | undefined {
  const [, host = "127.0.0.1", digits] = /^(?:(\[[0-9a-f:]+\]|[\w.-]+):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (port <= 65_535) return { host: host.replace(/^\[|\]$/g, ""), port };
  problems.push(wrongValue("--metrics", "", text, "a port, as 9464, or address and port, as 0.0.0.0:9464"));
  return undefined;
}

/** Serves a worker's metrics in Prometheus' format. Throws BadInput if the port is not available. */
export async function serveMetrics({ host, port }: MetricsPlace, entry: () => WorkerEntry): Promise<MetricsServer> {
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    const isAsked = request.url === "/metrics" && request.method === "GET";
    response.writeHead(isAsked ? 200 : 404, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(isAsked ? metricsText(entry()) : "metrics are at /metrics\n");
  });
  await listening(server, host, port);
  const { address, port: own, family } = server.address() as { address: string; port: number; family: string };
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${own}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "in use" : error.code === "EACCES" ? "may not be used" : error.message;
      reject(new BadInput([plainProblem("--metrics", `${host}:${port} ${why}; wanted another port`)]));
    });
    server.listen(port, host, resolve);
  });
}

/** Prometheus' text format, version 0.0.4. */
export function metricsText({ version, threads, busy, jobs, points, failed, coreSeconds, seconds }: WorkerEntry): string {
  const metric = (
    name: string,
    type: "counter" | "gauge",
    help: string,
    value: number,
    labels: readonly (readonly [string, string])[] = [],
  ) => `# HELP tokenyard_${name} ${help}\n# TYPE tokenyard_${name} ${type}\ntokenyard_${name}${labelsText(labels)} ${numberText(value)}\n`;
  return [
    metric("worker_info", "gauge", "Always 1; the version as label.", 1, [["version", version]]),
    metric("worker_threads", "gauge", "Threads that run points.", threads),
    metric("worker_busy_jobs", "gauge", "Jobs under way.", busy),
    metric("worker_jobs_total", "counter", "Jobs that have ended.", jobs),
    metric("worker_points_total", "counter", "Points that have ended.", points),
    metric("worker_failed_points_total", "counter", "Points that failed.", failed),
    metric("worker_core_seconds_total", "counter", "Time that cores took for points.", coreSeconds),
    metric("worker_uptime_seconds", "gauge", "Time since the worker started.", seconds),
  ].join("");
}
