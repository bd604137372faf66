import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const LOADED = `${SMALL_PLAN}workload: { kind: closed, requests: 20, concurrency: 4, promptTokens: 200, outputTokens: 20 }
serving: { scheduler: continuous }
health: { preset: vllm-stock, probe: { every: 10 s } }
availability: { preset: rsc-1, mtbfPerNode: 5000 h, rate: 5 requests/s }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "availability-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "plan.yaml");
  writeFileSync(path, text);
  return path;
}

test("availability prints what serves over years, which detector sees what, and what else could be done; --json the same, the same bytes each time", async () => {
  const args = ["availability", file(LOADED), "--years", "20"];
  const text = await tokenyard(args);
  expect(text).toMatchObject({ code: 0, err: "" });
  const json = await tokenyard([...args, "--json"]);
  expect((await tokenyard([...args, "--json"])).out).toBe(json.out);
  const found = JSON.parse(json.out);
  expect(found).toMatchObject({ tokenyard: 1, years: 20, traffic: { perSecond: 5, inFlight: 4, from: "workload" } });
  expect(found.assumed).toEqual(["availability.hangs", "availability.hangFor", "availability.repair"]);
  expect(text.out).toMatch(/^availability of small: \d\d\.\d+ .*% of its capacity\n/);
  expect(text.out).toMatch(/nodes lost +\d.*probe 100 %/);
  for (const { name } of [...found.variants, ...found.engines]) expect(text.out).toContain(`  ${name} `);
  expect(found.variants.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(["no watchdog", "no probe"]));
  const alone = await tokenyard([...args, "--json", "--no-variants"]);
  expect(JSON.parse(alone.out)).toMatchObject({ own: found.own, variants: [], engines: [] });
});

test("a run that is no steady load is named beside the requests that it gives", async () => {
  const crowd = "workload: { kind: open, requests: 60, rate: 1e6 requests/s, promptTokens: 200, outputTokens: 20 }";
  const slow = LOADED.replace(", rate: 5 requests/s", "").replace(/workload: .*/, crowd);
  const { out } = await tokenyard(["availability", file(slow), "--years", "2", "--no-variants"]);
  expect(out).toContain(
    "from a run without faults\n! that run is no steady load; state availability.rate and availability.inFlight: requests",
  );
});

test("the share that detectors saw stands beside theirs of it: of hangs that end sooner, few are seen", async () => {
  const brief = ["--set", "availability.hangs=60 %", "--set", "availability.hangFor=0.0033 h", "--set", "health=dynamo"];
  const args = ["availability", file(LOADED), "--years", "20", "--no-variants", ...brief];
  const { own } = JSON.parse((await tokenyard([...args, "--json"])).out);
  const hangs = own.seen.find(({ cause }: { cause: string }) => cause === "hang");
  expect(hangs.known).toBeGreaterThanOrEqual(0);
  expect(hangs.known).toBeLessThan(0.9);
  const { out } = await tokenyard(args);
  expect(out).toMatch(/what fails +a year +detected +of these by +after +outage\n/);
  const printed = /hung processes +\S+ +(\S+) %/.exec(out)?.[1];
  expect(Math.abs(Number(printed) / 100 - hangs.known)).toBeLessThan(0.005);
});

test("without health the engines are listed, side by side", async () => {
  const { code, out } = await tokenyard(["availability", file(LOADED.replace(/health: .*\n/, "")), "--years", "2"]);
  expect(code).toBe(0);
  for (const engine of ["vllm-stock", "vllm-scale-down", "sglang-elastic", "trtllm", "dynamo"]) expect(out).toContain(engine);
  expect(out).not.toContain("detectors");
});

test("what cannot be is said where it stands", async () => {
  const { code, err } = await tokenyard([
    "availability",
    file(LOADED),
    "--set",
    "availability.mtbfPerGpu=3 days",
    "--set",
    "availability.hangs=120 %",
  ]);
  expect(code).toBe(2);
  expect(err).toContain("availability.mtbfPerGpu: ");
  expect(err).toContain("wanted a positive quantity in h, such as 50677 h");
  expect(err).toContain("availability.hangs: ");
});

test("plans with pools show the requests and the capacity of each, beside what both serve", async () => {
  const pools = "pools: [{ role: prefill }, { role: decode, count: 2 }]\n";
  const { code, out } = await tokenyard(["availability", file(LOADED + pools), "--years", "3"]);
  expect(code).toBe(0);
  expect(out).toMatch(/5 requests\/s, 4 in flight \(\S+ prefilling, \S+ decoding\), from a run without faults/);
  expect(out).toMatch(/ {2}of the pool that prefills +\d\d\.\d+ .*%\n {2}of the pool that decodes +\d\d\.\d+ .*%\n/);
});

test("a share that serves shows the wider side of its interval below: what is lost is never less than nothing, and at most all", async () => {
  const args = ["availability", file(LOADED.replace(/health: .*/, "health: vllm-scale-down")), "--years", "3", "--no-variants"];
  const { mean, interval } = JSON.parse((await tokenyard([...args, "--json"])).out).own.whole;
  const [, printed, below, above] = /all of the plan serves .* (\d+(?:\.\d+)?) −([\d.]+) \+([\d.]+) %/
    .exec((await tokenyard(args)).out)!
    .map(Number);
  expect(printed! / 100).toBeCloseTo(mean, 2);
  expect(below! / 100).toBeCloseTo(mean - interval.low, 2);
  expect(above! / 100).toBeCloseTo(interval.high - mean, 2);
  expect(below!).toBeGreaterThan(above!);
  expect(printed! - below!).toBeGreaterThanOrEqual(0);
  expect(printed! + above!).toBeLessThanOrEqual(100);
});

test("more years, or failures of a year, than can be held are refused before any is drawn", async () => {
  const often = ["--set", "availability.mtbfPerGpu=0.0001 h", "--set", "availability.mtbfPerNode=null"];
  const { code, out, err } = await tokenyard(["availability", file(LOADED), "--no-variants", "--years", "99999999", ...often]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("--years: 99999999 given; wanted at most 1,000,000, each for 1 plan\n");
  expect(err).toMatch(
    /^.*availability: [\d,]+ failures a year given; wanted longer times between failures, .*: 200,000 failures a year at most$/m,
  );
  expect(err).toContain("2 problems");
});
