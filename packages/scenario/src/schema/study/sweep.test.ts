import { expect, test } from "vitest";
import { loadScenario } from "../../load.ts";
import { parseScenario } from "../../parse.ts";
import { Problems } from "../../problems/problem.ts";
import { resolvedOf } from "../../resolved.ts";

const rest = `tokenyard: 1
model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 64 } }
cluster:
  gpu: { compute: 1 TFLOPS, bandwidth: 1 TB/s, memory: 1 GB }
  network: { kind: two-tier, node: { bandwidth: 1 GB/s, latency: 1 us }, fabric: { bandwidth: 1 GB/s, latency: 1 us } }
workload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }
`;
const load = (sweep: string, set: string[] = []) => loadScenario(`${rest}sweep: ${sweep}`, { read: () => "", set }).scenario;

test("a sweep is kept in the resolved scenario, which means the same", () => {
  const scenario = load("{ vary: { parallelism.tensor: [1, 2], cluster.gpu.bandwidth: '1 TB/s,2 TB/s' }, where: [ranks <= 2] }");
  expect(scenario.sweep).toEqual({
    vary: { "parallelism.tensor": [1, 2], "cluster.gpu.bandwidth": "1 TB/s,2 TB/s" },
    mode: "cross",
    where: ["ranks <= 2"],
  });
  expect(parseScenario(resolvedOf(scenario))).toEqual(scenario);
});

test("a path that a sweep varies may be set, its dots being part of its name", () => {
  const scenario = load("{ vary: { parallelism.tensor: '1,2' } }", ["sweep.vary.parallelism.tensor=[4]", "sweep.mode=zip"]);
  expect(scenario.sweep).toMatchObject({ vary: { "parallelism.tensor": [4] }, mode: "zip" });
});

test.each([
  ["{ vary: { a: [1] }, mode: crss }", "sweep.mode: crss given; wanted cross, zip, latin-hypercube or sobol; did you mean cross?"],
  ["{ vary: { a: 1 } }", "sweep.vary.a: 1 given; wanted text, or a list, each a number or text or true or false"],
  ["{ mode: cross }", "sweep.vary: nothing given; wanted a map"],
])("sweep: %s", (sweep, message) => {
  expect(() => load(sweep)).toThrow(Problems);
  expect(() => load(sweep)).toThrow(message);
});
