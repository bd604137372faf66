import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// Queueing theory knows the mean wait of one server that takes requests one at a time, in order of arrival.

const REQUESTS = 40_000;

function oneServer(workload: object, serving: object = {}) {
  return run(
    prepare(
      parseScenario({
        tokenyard: 1,
        model: { layers: 2, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 3 } },
        cluster: {
          gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "5 us" },
          network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
        },
        workload: { requests: REQUESTS, ...workload },
        serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 1 }, ...serving },
      }),
    ),
    { rows: true },
  );
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("with fixed lengths the mean wait is that of M/D/1: ρS / 2(1 − ρ), within its interval", () => {
  const serviceNs = mean(
    oneServer({ kind: "open", rate: "1 requests/s", promptTokens: 100, outputTokens: 1, requests: 1 }).served!.prefillNs!.values!,
  );
  const load = 0.6;
  const { served } = oneServer({ kind: "open", rate: `${(load / serviceNs) * 1e9} requests/s`, promptTokens: 100, outputTokens: 1 });
  const expectedNs = (load * serviceNs) / (2 * (1 - load));
  expect(Math.abs(served!.queueNs!.sum / REQUESTS / expectedNs - 1)).toBeLessThan(0.06); // three standard errors at this length
});

test("with drawn lengths it is that of M/G/1, by Pollaczek and Khinchine with the measured moments of service", { tags: "long" }, () => {
  const rate = 5_500;
  const lengths = { promptTokens: { kind: "uniform", from: 1, to: 300 }, outputTokens: { kind: "uniform", from: 1, to: 2 } };
  const { requests } = oneServer({ kind: "open", rate: `${rate} requests/s`, ...lengths });
  const serviceNs = new Float64Array(REQUESTS);
  let waitNs = 0;
  let freeNs = 0;
  for (let request = 0; request < REQUESTS; request++) {
    const startNs = Math.max(freeNs, requests.arrivedNs[request]!); // in order of arrival, one at a time
    freeNs = requests.finishedNs[request]!;
    serviceNs[request] = freeNs - startNs;
    waitNs += startNs - requests.arrivedNs[request]!;
  }
  const load = (rate * mean(serviceNs)) / 1e9;
  const second = mean(serviceNs.map((ns) => ns * ns));
  const expectedNs = ((rate / 1e9) * second) / (2 * (1 - load));
  expect(load).toBeGreaterThan(0.4);
  expect(load).toBeLessThan(0.8);
  expect(Math.abs(waitNs / REQUESTS / expectedNs - 1)).toBeLessThan(0.1);
});

test("a closed loop keeps its users: throughput × (residence + think time) = N", () => {
  const { served, horizonNs } = oneServer(
    {
      kind: "closed",
      concurrency: 6,
      thinkTime: "200 us",
      requests: 5000,
      promptTokens: 100,
      outputTokens: { kind: "uniform", from: 1, to: 20 },
    },
    { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 4 } },
  );
  const throughput = 5000 / horizonNs;
  const residenceNs = served!.e2eNs.sum / 5000;
  expect(throughput * (residenceNs + 200_000)).toBeGreaterThan(5.9);
  expect(throughput * (residenceNs + 200_000)).toBeLessThan(6.02);
});

test("first come, first served: no request starves, and at one sequence at a time requests finish in the order in which they came", () => {
  const { requests } = oneServer({ kind: "open", rate: "30000 requests/s", promptTokens: 100, outputTokens: 3, requests: 2000 });
  for (let request = 1; request < 2000; request++) expect(requests.finishedNs[request]!).toBeGreaterThan(requests.finishedNs[request - 1]!);
});
