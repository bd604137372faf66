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

test("claims are judged on the traces that they give, which are read as that of the scenario", async () => {
  const row = (seconds: number) => `2026-01-05 09:00:0${seconds}.0000000,16,2\n`;
  const trace = (seconds: number) => `TIMESTAMP,ContextTokens,GeneratedTokens\n${row(0)}${row(seconds)}`;
  const files: Record<string, string> = { "a.csv": trace(1), "b.csv": trace(3) };
  const text = `${PLAN.replace(/workload: .*/, "workload: { kind: trace, path: a.csv, format: azure }")}serving: { scheduler: continuous }
claims:
  - { id: own, text: a second, claimed: 1 s, tolerance: 10 %, metric: horizonSeconds }
  - { id: other, text: three, claimed: 3 s, tolerance: 10 %, metric: horizonSeconds, given: { workload.path: b.csv } }
`;
  const { scenario, readPieces } = loadScenario(text, { read: (path) => files[path]! });
  const { claims } = await audit(scenario, { readPieces, ranges: false, remedies: false, maxReplications: 3 });
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["own", "holds"],
    ["other", "holds"],
  ]);
  const unread = loadScenario(text.replace("b.csv", "c.csv"), { read: (path) => files[path] ?? raise(`no ${path}`) });
  await expect(audit(unread.scenario, { readPieces: unread.readPieces })).rejects.toThrow("no c.csv");
});

function raise(message: string): never {
  throw new Error(message);
}

test("the claims of docs/audit.md are judged as they stand", async () => {
  const { scenario } = loadScenario(`${PLAN}${example}`, { read: () => "" });
  const { claims } = await audit(scenario, { ranges: false, remedies: false, maxReplications: 3 });
  expect(claims.map(({ id }) => id)).toEqual(expect.arrayContaining(["weights", "quick", "steady/prefill", "steady/decode"]));
  const weights = claims.find(({ id }) => id === "weights")!;
  expect(weights.verdict).toBe("fails"); // this model has far less than 20 GB
  expect(weights.checks.map(({ verdict }) => verdict)).toContain("holds"); // the plan's own sum is right
});
