import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { CACHE_VARIABLE } from "./cache-folder.ts";

const home = mkdtempSync(join(tmpdir(), "cached-"));
const scenario = join(home, "uneven.yaml");
const before = process.env[CACHE_VARIABLE];

beforeAll(() => {
  writeFileSync(
    scenario,
    `tokenyard: 1
engine: ideal
model: { preset: qwen3-30b-a3b, layers: 6 }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { expert: 8 }
routing: { gate: { kind: lognormal, sigma: 1 }, resolution: law }
workload: { kind: open, requests: 20, rate: 40 requests/s, promptTokens: 64, outputTokens: 8 }
serving: { scheduler: continuous }
`,
  );
});
afterAll(() => {
  if (before === undefined) delete process.env[CACHE_VARIABLE];
  else process.env[CACHE_VARIABLE] = before;
  rmSync(home, { recursive: true, force: true });
});

/** What `run` prints with the cache in `folder`. */
async function printed(folder: string, ...options: string[]): Promise<string> {
  process.env[CACHE_VARIABLE] = folder;
  const { code, out, err } = await tokenyard(["run", scenario, "--json", "--replications", "1", ...options]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

test("a run prints the same without a cache, with an empty, a full, a torn and an impossible one", async () => {
  const none = await printed("off");
  const cache = join(home, "cache");
  expect(await printed(cache, "--no-cache")).toBe(none);
  expect(readdirSync(home)).not.toContain("cache");
  expect(await printed(cache)).toBe(none);
  const files = readdirSync(join(cache, "law")).map((name) => join(cache, "law", name));
  expect(files.length).toBeGreaterThan(0);
  expect(await printed(cache)).toBe(none);
  for (const file of files) truncateSync(file, Math.floor(statSync(file).size / 2));
  expect(await printed(cache)).toBe(none);
  const file = join(home, "no-folder");
  writeFileSync(file, "");
  expect(await printed(file)).toBe(none);
});

test("a sweep prints the same with any state of the cache, and its points share tables", async () => {
  const sweep = async (folder: string) => {
    process.env[CACHE_VARIABLE] = folder;
    const { code, out } = await tokenyard([
      "sweep",
      scenario,
      "--vary",
      "workload.rate=20 requests/s,40 requests/s,60 requests/s",
      "--workers",
      "1",
      "--json",
    ]);
    expect(code).toBe(0);
    return out;
  };
  const cache = join(home, "swept");
  mkdirSync(cache);
  const none = await sweep("off");
  expect(await sweep(cache)).toBe(none);
  const files = readdirSync(join(cache, "law"));
  expect(await sweep(cache)).toBe(none);
  expect(readdirSync(join(cache, "law"))).toEqual(files);
  expect(files).toHaveLength(2); // one a phase
});
