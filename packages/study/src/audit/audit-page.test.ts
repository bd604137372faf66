import { readFileSync } from "node:fs";
import { loadScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { audit } from "./audit.ts";

const page = readFileSync(new URL("../../../../docs/audit.md", import.meta.url), "utf8");
const [, example] = /```yaml\n(claims:\n[\s\S]*?)```/.exec(page)!;
const PLAN = `tokenyard: 1
model:
  layers: 2
  hiddenSize: 64
  attention: { heads: 4, kvHeads: 4, headSize: 16 }
  experts: { count: 4, topK: 1, hiddenSize: 96, matrices: 2 }
cluster: { gpu: { compute: 1 TFLOPS, bandwidth: 100 GB/s, memory: 64 GB }, network: hgx-h100-ndr }
workload: { kind: batch, sequences: 4, promptTokens: 16, outputTokens: 2 }
`;

test("the claims of docs/audit.md are judged as they stand", async () => {
  const { scenario } = loadScenario(`${PLAN}${example}`, { read: () => "" });
  const { claims } = await audit(scenario, { ranges: false, remedies: false, maxReplications: 3 });
  expect(claims.map(({ id }) => id)).toEqual(expect.arrayContaining(["weights", "quick", "steady/prefill", "steady/decode"]));
  const weights = claims.find(({ id }) => id === "weights")!;
  expect(weights.verdict).toBe("fails"); // this model has far less than 20 GB
  expect(weights.checks.map(({ verdict }) => verdict)).toContain("holds"); // the plan's own sum is right
});
