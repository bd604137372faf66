import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import type { RequestRow } from "../logs/requests/request-rows.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const PLAN = {
  tokenyard: 1,
  model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
  cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "1 MB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
};
const backoff = { first: "1 ms", factor: 1, most: "1 ms", jitter: "0 %" };

/** Three requests at almost one instant for one place and one place in its queue: the third is refused as often as it comes. */
function triesOf(client: number, router: number) {
  const scenario = parseScenario({
    ...PLAN,
    workload: { kind: "open", requests: 3, rate: "1e6 requests/s", promptTokens: 16, outputTokens: 100 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 16, maxSequences: 1 }, mostWaiting: 1 },
    retries: { client: { limit: client, backoff }, router: { limit: router, ...backoff } },
  });
  const { attempts, byClient, byRouter, refused } = run(prepare(scenario)).retries!;
  return { attempts, byClient, byRouter, refused };
}

test("by hand: the router has all its tries again for each try of the client", () => {
  expect(triesOf(1, 1)).toEqual({ attempts: 2 + 2 * 2, byClient: 1, byRouter: 2, refused: 4 });
  expect(triesOf(2, 3)).toEqual({ attempts: 2 + 3 * 4, byClient: 2, byRouter: 9, refused: 12 });
  expect(triesOf(0, 0)).toEqual({ attempts: 3, byClient: 0, byRouter: 0, refused: 1 });
});

/** One request that the host has for 3 ms and 0.1 ms a token, 5 ms in all, after `client` milliseconds with its client. */
function behindHost(client: number, more: object, onRequest = (_: RequestRow) => {}) {
  const scenario = parseScenario({
    ...PLAN,
    workload: { kind: "open", requests: 1, rate: "1e6 requests/s", promptTokens: 20, outputTokens: 2, client: `${client} ms` },
    serving: { scheduler: "continuous", stepOverhead: { arrival: "3 ms", arrivalToken: "0.1 ms" } },
    ...more,
  });
  return run(prepare(scenario), { rows: true, onRequest });
}

test("by hand: each try passes the host again, and that of a client what lies before it; the first is refused, as the replica is down for 10 ms", () => {
  const outage = {
    faults: [{ kind: "gpu-lost", at: "0 s", for: "10 ms", ranks: [0] }],
    health: { exit: "0 s", onLoss: { kind: "restart", time: "0 s" }, whileDown: "reject" },
  };
  const waited = (client: number, retries: object) => {
    let queueNs = 0;
    const { refused, attempts } = behindHost(client, { ...outage, retries }, ({ startedNs, arrivedNs }) => {
      queueNs = startedNs - arrivedNs;
    }).retries!;
    expect([attempts, refused]).toEqual([2, 1]);
    return queueNs / 1e6;
  };
  expect(waited(0, { client: { limit: 1, backoff } })).toBe(5 + 1 + 5);
  expect(waited(2, { client: { limit: 1, backoff } })).toBe(2 + 5 + 1 + 2 + 5);
  expect(waited(2, { router: { limit: 1, ...backoff } })).toBe(2 + 5 + 1 + 5);
});

test("by hand: an attempt that its client cancels while the host has it is dropped there: no GPU hears of it", () => {
  const cancelled = behindHost(0, { retries: { client: { limit: 2, timeout: "4 ms", backoff } } });
  const { requests, retries, busyNs, horizonNs } = cancelled;
  expect([...requests.status]).toEqual([3]);
  expect(retries).toMatchObject({ attempts: 3, timedOut: 3, wastedPromptTokens: 0, wastedOutputTokens: 0 });
  expect([...busyNs].every((ns) => ns === 0)).toBe(true);
  expect(horizonNs - requests.arrivedNs[0]!).toBe((4 + 1 + 4 + 1 + 4) * 1e6); // and nothing happens when the host would have been through
});

test("by hand: the timeout runs while the host has the attempt, and an answer that just comes in time counts", () => {
  const within = (timeout: string) => behindHost(0, { retries: { client: { limit: 0, timeout, backoff } } });
  const { requests } = within("1 s");
  const latencyNs = requests.finishedNs[0]! - requests.arrivedNs[0]!;
  expect(latencyNs).toBeGreaterThan(5e6);
  expect([...within(`${latencyNs} ns`).requests.status]).toEqual([1]);
  const late = within(`${latencyNs - 1} ns`); // the step that it is in ends first
  expect([...late.requests.status]).toEqual([1]);
  expect([...within("6 ms").requests.status]).toEqual([3]);
});
