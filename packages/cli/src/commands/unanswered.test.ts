import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

/** A GPU is lost a tenth into the load, and its replica hangs for ever. */
const HANG = `${SMALL_PLAN}workload: { kind: open, rate: 200 requests/s, requests: 200, promptTokens: 200, outputTokens: 20 }
serving: { scheduler: continuous }
faults: [{ kind: gpu-lost, at: 100 ms, ranks: [1] }]
health: { onLoss: hang }
`;
const TARGETS = "targets: { ttft.p99: 10 s, e2e.mean: 10 s, outage: 30 s, attainment: 99 %, failed: 0 }\n";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unanswered-"));
  path = file(HANG + TARGETS, "hang.yaml");
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string, name: string): string {
  const at = join(folder, name);
  writeFileSync(at, text);
  return at;
}

test("a replica that hangs for ever misses every target, and its run is not called overloaded", async () => {
  const { code, out } = await tokenyard(["run", "--replications", "1", path, "--strict", "--json"]);
  expect(code).toBe(1);
  const { targets, requests, attainment, faults, warnings, ttftSeconds } = JSON.parse(out);
  expect(targets.map(({ name, met }: { name: string; met: boolean }) => [name, met])).toEqual([
    ["ttft.p99", false],
    ["e2e.mean", false],
    ["outage", false],
    ["attainment", false],
    ["failed", false],
  ]);
  expect(targets[0]).toMatchObject({ actual: null, never: true });
  expect(requests.failed).toBe(requests.arrived - requests.finished);
  expect(requests.failed).toBeGreaterThan(100);
  expect(ttftSeconds).toMatchObject({ mean: null, p99: null, unanswered: requests.failed });
  expect(attainment.all).toBe(requests.finished / requests.arrived);
  expect(faults).toMatchObject({ endless: 1, longestOutageSeconds: null });
  expect(warnings.map(({ code }: { code: string }) => code)).not.toContain("overload");
  const text = await tokenyard(["run", "--replications", "1", path]);
  expect(text.out).toMatch(/✗ ttft\.p99 +never/);
  expect(text.out).toMatch(/✗ outage +never/);
  expect(text.out).toContain("never serves again");
});

test("several seeds count it in their means", async () => {
  const { out, code } = await tokenyard(["run", path, "--replications", "4", "--workers", "1", "--strict", "--json"]);
  expect(code).toBe(1);
  const { seeds, targets } = JSON.parse(out);
  expect(targets[2]).toMatchObject({ name: "outage", actual: null, never: true, met: false });
  expect((await tokenyard(["run", path, "--replications", "4"])).out).toMatch(/✗ outage +never +≤ 30 s/);
  expect(seeds.estimates["ttftSeconds.p99"]).toMatchObject({ value: null });
  expect(seeds.targets.map(({ verdict }: { verdict: string }) => verdict)).toEqual(["missed", "missed", "missed", "missed", "missed"]);
});

test("a sweep marks it as missed", async () => {
  const { code, out } = await tokenyard(["sweep", path, "--vary", "workload.rate=100 requests/s,200 requests/s", "--workers", "1"]);
  expect(code).toBe(0);
  expect(out.match(/ missed/g)!.length).toBeGreaterThanOrEqual(2);
  expect(out).not.toMatch(/ met$/m);
});

test("a search recommends no replica that is dead", async () => {
  const { code, out } = await tokenyard([
    "optimize",
    path,
    "--minimize",
    "gpus",
    "--max-gpus",
    "2",
    "--workers",
    "1",
    "--strict",
    "--json",
  ]);
  expect(code).toBe(1);
  expect(JSON.parse(out).best).toBeNull();
});

test("no rate holds at which requests are never answered, with targets and without", async () => {
  const search = [
    "--replications",
    "1",
    "--workers",
    "1",
    "--precision",
    "50 %",
    "--from",
    "100 requests/s",
    "--to",
    "200 requests/s",
    "--json",
  ];
  const withTargets = JSON.parse((await tokenyard(["capacity", path, ...search])).out);
  expect(withTargets.capacity).toBeNull();
  const without = JSON.parse((await tokenyard(["capacity", file(HANG, "bare.yaml"), ...search])).out);
  expect(without.capacity).toBeNull();
  expect(without.breaches).toMatchObject([{ kind: "unanswered" }]);
});

test("an audit fails a claim about it", async () => {
  const claims = `claims: [{ id: ttft, text: in a second, claimed: 10 s, comparison: <=, metric: ttft.p99 }]\n`;
  const { out } = await tokenyard([
    "audit",
    file(HANG + claims, "claims.yaml"),
    "--no-ranges",
    "--no-remedies",
    "--workers",
    "1",
    "--json",
  ]);
  expect(JSON.parse(out).claims[0]).toMatchObject({ verdict: "fails", found: null });
});

test("alerts say that rules see only what is answered", async () => {
  const watched = `${HANG}alerts: { every: 10 ms, rules: [{ name: slow, metric: ttft.p99, over: 1 s, above: 1 s }] }\n`;
  const { out } = await tokenyard(["alerts", file(watched, "alerts.yaml"), "--json"]);
  expect(JSON.parse(out).warnings.map(({ code }: { code: string }) => code)).toContain("requests-unfinished");
});
