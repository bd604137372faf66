import { expect, test } from "vitest";
import type { LocatedProblem } from "../terminal/located-problem.ts";
import { metricsPlace, metricsText, serveMetrics } from "./metrics.ts";

const entry = {
  id: "a",
  version: "1.2.3",
  host: "h",
  pid: 1,
  threads: 4,
  busy: 2,
  jobs: 10,
  points: 99,
  failed: 1,
  coreSeconds: 12.5,
  seconds: 60,
};

test("every metric has help, type and one sample, as Prometheus reads them", () => {
  const lines = metricsText(entry).trimEnd().split("\n");
  expect(lines.length % 3).toBe(0);
  for (let i = 0; i < lines.length; i += 3) {
    const [, name] = /^# HELP (tokenyard_\w+) .+$/.exec(lines[i]!)!;
    expect(lines[i + 1]).toMatch(new RegExp(`^# TYPE ${name} (counter|gauge)$`));
    expect(lines[i + 2]).toMatch(new RegExp(`^${name}(\\{version="1\\.2\\.3"\\})? [\\d.]+$`));
    expect(name!.endsWith("_total")).toBe(/counter/.test(lines[i + 1]!));
  }
  expect(lines).toContain("tokenyard_worker_points_total 99");
});

test("metrics are served at one path, on this machine unless an address is given", async () => {
  const problems: LocatedProblem[] = [];
  const server = await serveMetrics(metricsPlace("0", problems)!, () => entry);
  try {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(await (await fetch(server.url)).text()).toBe(metricsText(entry));
    expect((await fetch(server.url.replace("metrics", ""))).status).toBe(404);
    const port = Number(new URL(server.url).port);
    await expect(serveMetrics({ host: "127.0.0.1", port }, () => entry)).rejects.toThrow(`127.0.0.1:${port} in use; wanted another port`);
  } finally {
    await server.close();
  }
  expect(metricsPlace("0.0.0.0:9464", problems)).toEqual({ host: "0.0.0.0", port: 9464 });
  expect(metricsPlace("[::]:9464", problems)).toEqual({ host: "::", port: 9464 });
  expect(problems).toEqual([]);
  for (const none of ["x", "99999", "a b:1", ":1", ""]) expect(metricsPlace(none, problems)).toBeUndefined();
  expect(problems).toHaveLength(5);
});
