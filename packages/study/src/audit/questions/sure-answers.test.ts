import { expect, test } from "vitest";
import { claimed } from "../../fixtures/claimed.ts";
import { tinyTree } from "../../fixtures/tiny-like.ts";
import { audit } from "../audit.ts";
import { isNear } from "./sure-answers.ts";

const bound = { claimed: 100, comparison: "<=", better: undefined, tolerance: 0 } as const;

test("a number within twice the law's error of where a verdict turns is near, on either side", () => {
  expect(isNear(99, 0.006, bound)).toBe(true); // 99 · (1 + 1.2 %) = 100.2
  expect(isNear(99, 0.005, bound)).toBe(false); // 99.99
  expect(isNear(101, 0.006, bound)).toBe(true);
  expect(isNear(101.5, 0.006, bound)).toBe(false);
  expect(isNear(99, 0, bound)).toBe(false);
  expect(isNear(null, 0.01, bound)).toBe(false);
  const about = { ...bound, comparison: "=", tolerance: 0.1 } as const;
  expect(isNear(110, 0.001, about)).toBe(true);
  expect(isNear(100, 0.01, about)).toBe(false);
});

async function auditOf(resolution: string, claim: string, changes: object = {}) {
  const scenario = claimed([{ claimed: claim, comparison: "<=", metric: "ttft.mean" }], {
    model: { ...tinyTree.model, layers: 8 },
    routing: { gate: "uniform", resolution },
    workload: {
      kind: "open",
      requests: 20,
      rate: "2000 requests/s",
      promptTokens: { kind: "uniform", from: 8, to: 64 },
      outputTokens: 3,
    },
    serving: { scheduler: "continuous" },
    ...changes,
  });
  const { claims } = await audit(scenario, { ranges: false, remedies: false, maxReplications: 3 });
  return claims[0]!;
}

test("a verdict that is near by the law is that of exact draws, and one that is far is the law's", { tags: "long" }, async () => {
  const far = { law: await auditOf("law", "1 s"), exact: await auditOf("exact", "1 s") };
  expect(far.law.found).not.toBe(far.exact.found);
  const at = `${far.law.found!} s`;
  const near = { law: await auditOf("law", at), exact: await auditOf("exact", at) };
  expect(near.exact.found).toBe(far.exact.found);
  expect(near.law.found).toBe(near.exact.found);
  expect(near.law.verdict).toBe(near.exact.verdict);
});

test("a verdict that is near by the law is undecided where exact draws are refused, with the law's number and why", {
  tags: "long",
}, async () => {
  const few = { mostWork: "0.15 ms" };
  const far = await auditOf("law", "1 s", few);
  const near = await auditOf("law", `${far.found!} s`, few);
  expect(far.verdict).not.toBe("undecided");
  expect(near).toMatchObject({ found: far.found, verdict: "undecided" });
  expect(near.because).toContain("within twice the law's error of the claim, and exact draws give none: ");
  expect(near.because).toContain("mostWork");
});
