import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { differences, plain } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const CHAIN = { kind: "mtp", tokens: 3, acceptance: { conditional: "100 %" } };
const TREE = { ...CHAIN, tree: { width: 4, verified: 8 } };

/** A dense model of four layers on one GPU: kernels by the roofline alone, 64 tokens in and 81 out. */
function scenario(speculation: object, serving: object = {}, sequences = 1): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: { layers: 4, hiddenSize: 256, attention: { heads: 8, kvHeads: 2, headSize: 32 }, dense: { hiddenSize: 512 }, vocabulary: 4000 },
    cluster: {
      gpu: { compute: "10 TFLOPS", bandwidth: "100 GB/s", memory: "10 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    workload: { kind: "batch", sequences, promptTokens: 64, outputTokens: 81 },
    serving: { scheduler: "continuous", speculation, ...serving },
  });
}

const recorded = (given: Scenario) => run(prepare(given), { rows: true });

test("a tree of one candidate after each other is a chain: the recording is the same to the byte", () => {
  const narrow = { ...CHAIN, tree: { width: 1, verified: 4 }, acceptance: { conditional: "60 %" } };
  const [chain, tree] = [{ ...narrow, tree: undefined }, narrow].map((each) => {
    const { scenario: _, speculation, ...recording } = recorded(scenario(each, { batchSizes: [2, 4] }, 3));
    return JSON.stringify({ ...recording, speculation: { ...speculation, tree: undefined } });
  });
  expect(tree === chain).toBe(true);
});

test("a step verifies the tree, and its draft computes one path of it and then a candidate in each of its width", () => {
  const [chain, tree] = [CHAIN, TREE].map((each) => recorded(scenario(each)));
  expect(tree!.speculation).toMatchObject({ steps: 20, drafted: 20 * 7, accepted: [20, 20, 20], tokens: 80, decodeSteps: 20 });
  const layer = 2 * (256 * (256 + 2 * 64) + 256 * 256 + 3 * 256 * 512); // FLOPs of a row
  const head = 2 * 256 * 4000;
  const pair = 4 * 8 * 32;
  const past = 20 * 64 + 4 * ((20 * 19) / 2); // tokens before 20 steps, each after four more
  const verified = 20 * 4 * (4 * layer + head) + 4 * pair * (4 * past + 20 * (36 - 10)); // 8 rows in place of 4
  const input = 2 * 512 * 256;
  const contexts = past + 20 * (4 + 2) + (64 + 2); // of later passes: half of three drafts on, and after the prompt too
  const drafted = 2 * 3 * (21 * (layer + input + head) + pair * contexts); // two of them, with 4 rows in place of 1
  expect(tree!.work.flops - chain!.work.flops).toBe(verified + drafted);
});

test("the draft of padded steps has as many rows of padding as a path", () => {
  const flops = (speculation: object, serving?: object) => recorded(scenario(speculation, serving)).work.flops;
  const padding = (speculation: object) => flops(speculation, { batchSizes: [2] }) - flops(speculation);
  const layer = 2 * (256 * (256 + 2 * 64) + 256 * 256 + 3 * 256 * 512);
  const input = 2 * 512 * 256;
  const rows = 20 * (4 * 4 * layer); // four more rows of a second tree in four layers
  const ofDraft = 20 * 2 * 3 * (layer + input); // in two later passes, three more rows; a path is as long as a chain
  const afterPrompt = 2 * 3 * (layer + input);
  expect(padding(TREE) - padding(CHAIN)).toBe(rows + ofDraft + afterPrompt);
});

test("a request has room in the cache for all that a step verifies", () => {
  const finishes = (speculation: object, blocks: number) => {
    try {
      return recorded(scenario(speculation, { kv: { blocks, blockTokens: 1 } })).served!.finished === 1;
    } catch {
      return false; // refused, as no request would fit
    }
  };
  for (const [speculation, verified] of [
    [CHAIN, 4],
    [TREE, 8],
  ] as const) {
    expect(finishes(speculation, 64 + 80 + verified - 1)).toBe(true);
    expect(finishes(speculation, 64 + 80 + verified - 2)).toBe(false);
  }
});

test("executors see the same trees", () => {
  const given = scenario({ ...TREE, acceptance: { conditional: "70 %" } }, {}, 5);
  expect(differences(plain(recorded(given)), plain(run(prepare(given), { rows: true, executor: "loop" })))).toEqual([]);
});
