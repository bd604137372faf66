import { parseScenario } from "@tokenyard/scenario";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { audit } from "../audit/audit.ts";
import { auditJsonSchema } from "../audit/audit-schema.ts";
import { auditText } from "../audit/text/audit-text.ts";
import { realText } from "../audit/text/real-text.ts";
import { capacity } from "../capacity/capacity.ts";
import { optimum } from "../optimize/optimize.ts";
import type { RealWinner } from "../optimize/search/certificate.ts";

const scenario = (change: object) =>
  parseScenario({
    tokenyard: 1,
    model: { preset: "llama-3.1-8b" },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: "vllm",
    workload: { kind: "closed", requests: 16, concurrency: 4, promptTokens: 100, outputTokens: 10 },
    ...change,
  });
const ROOFLINE = { cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", kernels: "roofline" } };
const search = async (bound: string, change: object = {}) => {
  const asked = { objectives: [{ text: "gpus", better: "less" }], subjectTo: [`tpot.mean <= ${bound}`], maxGpus: 2 } as const;
  return (await optimum(scenario(change), asked)).certificate!.real;
};

async function ofOneGpu() {
  const { best } = await optimum(scenario({}), { objectives: [{ text: "gpus", better: "less" }], maxGpus: 1 });
  return best!.report;
}

test("a search says how sure its best plan is, which it is far from its constraint", async () => {
  expect(await search("1 s")).toMatchObject({ chance: 0.99, misses: 0, beaten: 0, measure: null });
});

test("a best plan that is at its constraint is no surer than an even chance, and its measured run decides", async () => {
  const { tpotSeconds } = await ofOneGpu();
  const near = (await search(`${tpotSeconds!.mean! * 1.001e3} ms`)) as RealWinner;
  expect(near.chance).toBeGreaterThan(0.3);
  expect(near.chance).toBeLessThan(0.7); // it misses what it only just holds on half of the servers
  expect(near.misses + near.beaten).toBeCloseTo(1 - near.chance, 10);
  expect(near.measure!.chance).toBeGreaterThan(near.chance + 0.2);
  const above = (await search(`${tpotSeconds!.mean! * 0.98e3} ms`)) as RealWinner; // one GPU misses it by 2 %
  expect(above.beaten).toBeGreaterThan(0.2); // and may hold it for half of the GPUs
  expect(above.regret).toBe(0.5);
});

test("a search says of a roofline that it does not know, and of no plan nothing", async () => {
  expect(await search("1 s", ROOFLINE)).toEqual({ uncalibrated: ["roofline kernels"] });
  expect(await search("1 ns")).toBeUndefined();
});

const open = {
  workload: { kind: "open", requests: 20, rate: "8 requests/s", promptTokens: 200, outputTokens: 10 },
  targets: { "ttft.mean": "80 ms" },
};

test("loads are the less sure on real servers the higher they are", { tags: ["long"] }, async () => {
  const { trials, real, capacity: found } = await capacity(scenario(open), { replications: 2, precision: 0.05, to: 4096 });
  const own = trials.find(({ value }) => value === found)!;
  expect(real!.chance).toBeCloseTo(own.probability!, 1);
  const chances = trials.toSorted((a, b) => a.value - b.value).flatMap(({ probability }) => probability ?? []);
  expect(chances.length).toBeGreaterThan(2);
  for (const [at, chance] of chances.slice(1).entries()) expect(chance).toBeLessThanOrEqual(chances[at]! + 0.05);
  const unknown = await capacity(scenario({ ...open, ...ROOFLINE }), { replications: 2 });
  expect(unknown.trials.every((trial) => !("probability" in trial))).toBe(true);
  expect("real" in unknown).toBe(false);
});

const claim = (id: string, text: string, comparison: string) => ({ id, text: id, claimed: text, metric: "tpot.mean", comparison });

test("an audit says how sure its claims are on a real server, each and together", async () => {
  const claims = [claim("easy", "1 s", "<="), claim("wrong", "1 us", "<="), { ...claim("gpus", "1 s", "="), claimed: 1, metric: "gpus" }];
  const audited = await audit(scenario({ claims }), { maxReplications: 2, ranges: false, remedies: false });
  const { claims: found, real } = audited;
  expect(
    found.map(({ id, probability, regret }) => [id, probability, regret === undefined || regret === null ? regret : "missed"]),
  ).toEqual([
    ["easy", 0.99, null],
    ["wrong", 0.01, "missed"],
    ["gpus", undefined, undefined], // known of the plan, whatever server runs it
  ]);
  const [, wrong] = found;
  expect(wrong!.regret! / (wrong!.found! / 1e-6 - 1)).toBeGreaterThan(0.8); // on all servers thousands of times the claimed one, as simulated
  expect(wrong!.regret! / (wrong!.found! / 1e-6 - 1)).toBeLessThan(1.4);
  expect(real).toEqual({ claims: 2, chance: 0.01, measured: null });
  expect(new Ajv2020({ strict: true, allowUnionTypes: true }).compile(auditJsonSchema())(JSON.parse(JSON.stringify(audited)))).toBe(true);
  const text = auditText(audited).replace(/\s+/g, " ");
  expect(text).toContain("On a real server the 2 claims whose numbers have a measured error hold together with 1 %");
  expect(text).toContain("on a real server it holds with 99 %");
  expect(realText({ probability: 0.890869140625 })[0]).toContain("on a real server it holds with 89 %, by seeds");
});

test("a claim at what the simulation gives is decided by a measured run", async () => {
  const claims = [claim("near", `${(await ofOneGpu()).tpotSeconds!.mean! * 1e3} ms`, "<=")];
  const { real } = await audit(scenario({ claims }), { maxReplications: 2, ranges: false, remedies: false });
  expect(real!.chance).toBeGreaterThan(0.3);
  expect(real!.chance).toBeLessThan(0.7);
  expect(real!.measured).toBeGreaterThan(0.85);
  const unknown = await audit(scenario({ claims, ...ROOFLINE }), { maxReplications: 2, ranges: false, remedies: false });
  expect([unknown.real, unknown.claims[0]!.probability]).toEqual([undefined, undefined]);
});
