import { simulate } from "@tokenyard/simulator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { CERTAIN, claimed } from "../fixtures/claimed.ts";
import { type Audit, audit } from "./audit.ts";
import { auditJsonSchema } from "./audit-schema.ts";

const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(auditJsonSchema());

/** As it is printed and read again. */
function printed(found: Audit): Audit {
  return JSON.parse(JSON.stringify(found)) as Audit;
}

describe("the JSON Schema of an audit", () => {
  test("admits an audit with everything in it", async () => {
    const claims = [
      { claimed: 3, metric: "gpus", section: "Sizes", tolerance: "2 %" },
      { claimed: "1e9 tokens/ms", comparison: ">=", metric: { whole: "throughputPerGpu", decode: "decodeThroughputPerGpu" } },
      { claimed: "1000 tokens/ms", comparison: ">=", metric: "throughputPerGpu" },
      { id: "half", claimed: 1, from: ["c0 / 3", "c0"] },
      { claimed: "10 s", comparison: "<=", metric: "ttft" },
      { claimed: "1e8 tokens/ms", comparison: ">=", metric: "throughputPerGpu" },
      { claimed: "1 s", metric: "ttft", better: "less", tolerance: "10 %" },
      { claimed: "1 s", metric: "ttft", over: { "routing.gate": ["uniform", "balanced"] } },
      { claimed: "1 s", comparison: "<=", metric: "ttft", given: { "parallelism.tensor": 3 } },
    ];
    const assumed = [
      { path: "cluster.gpu.launch", from: "0 s", to: "10 s" },
      { path: "model.vocabulary", from: 10, to: 20 },
    ];
    const deployment = {
      performance_config: { batching_strategy: "continuous" },
      readings: { once: {}, twice: { "parallelism.data": 2 } },
    };
    const found = printed(await audit(claimed(claims, { assumed, deployment }), { maxReplications: 6 }));
    expect(validate(found) || validate.errors).toBe(true);
    const keys = new Set(found.claims.flatMap((claim) => Object.keys(claim)));
    const wanted = [
      "interval",
      "deciding",
      "factor",
      "turningPoint",
      "contradicts",
      "over",
      "remedies",
      "fewerGpus",
      "helpAt",
      "better",
      "root",
      "readings",
      "search",
    ];
    for (const key of wanted) expect(keys).toContain(key);
  });

  test("admits a verdict that several assumptions turn together", async () => {
    const seconds = (sequences: number, promptTokens: number) =>
      simulate(claimed([], { ...CERTAIN, workload: { ...CERTAIN.workload, sequences, promptTokens } })).ttftSeconds!.max!;
    const bound = (Math.max(seconds(8, 24), seconds(4, 48)) + seconds(8, 48)) / 2;
    const assumed = [
      { path: "workload.sequences", from: 4, to: 8 },
      { path: "workload.promptTokens", from: 24, to: 48 },
    ];
    const claims = [{ claimed: `${bound} s`, comparison: "<=", metric: "ttft" }];
    const found = printed(await audit(claimed(claims, { ...CERTAIN, assumed }), { remedies: false }));
    expect(found.claims[0]!.jointTurn!.changes).toHaveLength(2);
    expect(validate(found) || validate.errors).toBe(true);
  });

  test("refuses another verdict, a missing reason, and keys that it does not know", async () => {
    const found = printed(await audit(claimed([{ claimed: 2, metric: "gpus" }]), { remedies: false }));
    const [claim] = found.claims;
    const { because: _, ...silent } = claim!;
    for (const spoilt of [{ ...claim, verdict: "maybe" }, silent, { ...claim, found: "2" }, { ...claim, mood: "good" }])
      expect(validate({ ...found, claims: [spoilt] })).toBe(false);
    expect(validate(found)).toBe(true);
  });
});
