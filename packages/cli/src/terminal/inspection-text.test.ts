import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "check-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("check has a line on the loss of each part: GPUs, nodes, slots, links, rails, and leaf switches of as many nodes as a fault says", async () => {
  const path = join(folder, "plan.yaml");
  writeFileSync(
    path,
    `tokenyard: 1
model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 } }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr, gpusPerNode: 2 }
parallelism: { expert: 4, data: 2 }
workload: { kind: batch, sequences: 8, promptTokens: 4, outputTokens: 2 }
spares: { kind: hot-copies, perLayer: 1, place: any }
health: dynamo
communication: { fallback: fail }
faults: [{ kind: switch-lost, at: 1 s, for: 1 s, leaves: [0], nodesPerLeaf: 3 }]
`,
  );
  const { out } = await tokenyard(["check", path]);
  const losses = out.slice(out.indexOf("losses"), out.indexOf("  work"));
  // five slots on four GPUs of two nodes, one expert with two slots, in each of two replicas
  expect(losses.split("\n").map((line) => line.replace("losses", "").trim())).toEqual([
    "copies of experts cover the loss of 2 of 8 GPUs (otherwise up to 1 expert missing over all layers)",
    "copies of experts cover the loss of 0 of 4 nodes (otherwise up to 2 experts missing over all layers)",
    "copies of experts cover the loss of 4 of 10 single slots",
    "8 of 8 links to other nodes are needed",
    "2 of 2 rails (links of the GPUs at one place of all nodes) are needed",
    "2 of 2 leaf switches of 3 nodes are needed",
    "",
  ]);
});
