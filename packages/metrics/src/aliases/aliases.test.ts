import { expect, test } from "vitest";
import { EXPORTED, exportedOf, isMeant } from "../exported.ts";
import { type FamilyKey, familyOf, widthOf } from "../family.ts";
import { KeptSamples } from "../kept-samples.ts";
import { openMetrics } from "../open-metrics.ts";
import { Sample } from "../sample.ts";
import { VLLM } from "./vllm.ts";

/** What a sample with these values is exported as, where `pattern` means it; `values` [series × numbers] of families with one series each. */
function textOf(pattern: string, values: Partial<Record<FamilyKey, readonly number[]>>): string {
  const sample = new Sample();
  const keys = Object.keys(values) as FamilyKey[];
  for (const key of keys) sample.add(key, [familyOf(key).labels.map(() => "0")]).set(values[key]!);
  const kept = new KeptSamples(5_000, keys);
  kept.take(0, sample);
  return [...openMetrics(exportedOf(sample, [pattern]), kept)].join("");
}

/** [numbers] of a histogram of `seconds`, cumulative, and their sum. */
function seen(key: FamilyKey, seconds: readonly number[]): number[] {
  const { bounds } = familyOf(key);
  const counts = [...bounds!, Number.POSITIVE_INFINITY].map((bound) => seconds.filter((each) => each <= bound).length);
  return [...counts, seconds.reduce((sum, each) => sum + each, 0)];
}

test("a histogram has the edges of the engine under whose name it is, so that rules which ask for one of them find it", () => {
  const seconds = [0.25, 0.9, 1.2, 25, 3_000];
  const edges = (name: string, key: FamilyKey) =>
    [...textOf(name, { [key]: seen(key, seconds) }).matchAll(/_bucket\{le="([^"]+)"\} (\d+)/g)].map(([, le, count]) => `${le}: ${count}`);
  const vllm = edges("vllm:e2e_request_latency_seconds", "e2e");
  expect(vllm.slice(0, 5)).toEqual(["0.3: 1", "0.5: 1", "0.8: 1", "1.0: 2", "1.5: 3"]);
  expect(vllm.slice(-3)).toEqual(["1920.0: 4", "7680.0: 5", "+Inf: 5"]);
  expect(edges("vllm:time_to_first_token_seconds", "ttft").slice(-3)).toEqual(["640.0: 4", "2560.0: 4", "+Inf: 5"]);
  expect(edges("sglang:e2e_request_latency_seconds", "e2e").slice(0, 3)).toEqual(["0.1: 0", "0.2: 0", "0.4: 1"]);
  expect(edges("sglang:time_to_first_token_seconds", "ttft").slice(-2)).toEqual(["400.0: 4", "+Inf: 5"]);
  expect(edges("dynamo_frontend_request_duration_seconds", "e2e").slice(0, 3)).toEqual(["0.0: 0", "2.0: 3", "4.0: 3"]);
  expect(edges("vllm:inter_token_latency_seconds", "itl")[0]).toBe("0.01: 0");
  expect(edges("sglang:inter_token_latency_seconds", "itl")[0]).toBe("0.002: 0");
});

test("all edges of others are among those that a family counts by, in rising order, and so are its own", () => {
  for (const { bounds, of, name } of EXPORTED) {
    if (bounds === undefined) continue;
    expect([...bounds].sort((a, b) => a - b)).toEqual(bounds);
    expect(bounds.filter((bound) => !familyOf(of[0]!).bounds!.includes(bound)).map((bound) => `${name} ${bound}`)).toEqual([]);
    expect(new Set(bounds).size).toBe(bounds.length);
  }
});

test("count and sum are those of all observations, whatever edges there are", () => {
  const text = textOf("sglang:time_to_first_token_seconds", { ttft: seen("ttft", [1, 2, 1_000]) });
  expect(text).toContain("sglang:time_to_first_token_seconds_count 3 0\n");
  expect(text).toContain("sglang:time_to_first_token_seconds_sum 1003 0\n");
  expect(widthOf(familyOf("ttft"))).toBe(familyOf("ttft").bounds!.length + 2);
});

test("requests that end well and those that do not are one family of Dynamo's, distinguished by their status; vLLM says why they finished", () => {
  expect(
    textOf("dynamo_frontend_requests", { finished: [7], failed: [2], rejected: [3] }),
  ).toBe(`# HELP dynamo_frontend_requests as tokenyard_requests_finished
# TYPE dynamo_frontend_requests counter
dynamo_frontend_requests_total{status="success"} 7 0
dynamo_frontend_requests_total{status="error"} 5 0
# EOF
`);
  expect(textOf("vllm:request_success_total", { finished: [7] })).toContain('vllm:request_success_total{finished_reason="stop"} 7 0\n');
});

test("shares of DCGM are never over all of a step, and its percents are whole", () => {
  expect(textOf("DCGM_FI_PROF_GR_ENGINE_ACTIVE", { computeUse: [3.2] })).toContain('{gpu="0"} 1 0\n');
  expect(textOf("DCGM_FI_PROF_DRAM_ACTIVE", { memoryBandwidthUse: [0.25] })).toContain('{gpu="0"} 0.25 0\n');
  expect(textOf("DCGM_FI_DEV_GPU_UTIL", { computeUse: [0.337] })).toContain('{gpu="0"} 34 0\n');
});

test("a name has one type, and all that has it stands together", () => {
  const names = EXPORTED.map(({ name }) => name);
  for (const [i, name] of names.entries()) if (names.indexOf(name) < i) expect(names[i - 1]).toBe(name);
  for (const name of new Set(names)) expect(new Set(EXPORTED.filter((each) => isMeant(each, name)).map(({ type }) => type)).size).toBe(1);
});

test("vLLM numbers its engines: a family by replica has that label and not ours, under every name of vLLM", () => {
  const byReplica = VLLM.filter(({ of }) => familyOf(of[0]!).labels.includes("replica"));
  expect(byReplica.length).toBeGreaterThan(8);
  for (const { name, of, labels } of byReplica)
    expect([name, ...labels.map((label) => label.name)]).toEqual([name, "engine", ...familyOf(of[0]!).labels.slice(1)]);
  expect(textOf("vllm:num_requests_waiting", { waiting: [3] })).toContain('vllm:num_requests_waiting{engine="0"} 3 0\n');
  expect(textOf("vllm:spec_decode_num_drafts", { draftSteps: [5] })).toContain('vllm:spec_decode_num_drafts_total{engine="0"} 5 0\n');
});
