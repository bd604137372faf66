import type { TokenRouter } from "@tokenyard/model";
import { summarize } from "@tokenyard/report";
import { parseScenario, targetsOf } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import type { Policies } from "../inputs/setup.ts";
import { run } from "../simulate.ts";
import { prepare } from "./prepare.ts";

const scenario = parseScenario({
  tokenyard: 1,
  model: {
    layers: 2,
    hiddenSize: 64,
    attention: { heads: 4, kvHeads: 4, headSize: 16 },
    experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
  },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "16 GB" },
    network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "100 GB/s", latency: "1 us" } },
  },
  parallelism: { expert: 2 },
  workload: { kind: "batch", sequences: 4, promptTokens: 10, outputTokens: 2 },
});

const reportWith = (policies: Policies) => summarize(run(prepare(scenario, policies)), targetsOf(scenario));

/** All copies to the first experts, one of each token to each. */
const first: TokenRouter = {
  kind: "first",
  draws: true,
  route: (_layer, tokens, _stream, out) => {
    out.fill(0);
    for (let source = 0; source < tokens.length; source++) for (const e of [0, 1]) out[source * 4 + e] = tokens[source]!;
  },
};

test("a run with the caller's own policies says so in models, assumptions and hash", () => {
  const plain = reportWith({});
  const own = reportWith({ router: first, kernels: { name: "constant", seconds: () => 1e-6 } });
  expect(own.models).toEqual(expect.arrayContaining(["kernels constant, the caller's own", "router first, the caller's own"]));
  expect(own.assumed).toEqual(expect.arrayContaining([{ path: "policies.router", because: "the caller's own: first" }]));
  expect(own.scenario.hash).not.toBe(plain.scenario.hash);
  expect(reportWith({ router: first }).scenario.hash).not.toBe(own.scenario.hash);
  expect(JSON.stringify(plain)).not.toContain("the caller's own");
});

test.each([
  ["loses copies", 1, "router bad: 20 copies of the 20 tokens of source 0 in layer 0; wanted 40, topK 2 of each"],
  ["gives an expert a token twice", 0, "router bad: expert 0 of layer 0 gets 40 copies of the 20 tokens of source 0; wanted 0 to 20"],
])("a router that %s is an error, by name, layer and source", (_, kept, message) => {
  const bad: TokenRouter = {
    ...first,
    kind: "bad",
    route: (_layer, tokens, _stream, out) => {
      out.fill(0);
      for (let source = 0; source < tokens.length; source++) out[source * 4] = (kept === 1 ? 1 : 2) * tokens[source]!;
    },
  };
  expect(() => reportWith({ router: bad })).toThrow(message);
});
