import { expect, test } from "vitest";
import type { PhaseExperts } from "../schema/balance-schema.ts";
import { outcomeWarnings } from "./warnings.ts";

const dropping = (droppedShare: number): PhaseExperts => ({
  loadVariance: null,
  maxOverMean: null,
  droppedShare,
  leastEven: { layer: 0, tokens: [] },
  perLayer: [],
});

const calm = {
  levels: null,
  horizonSeconds: 30,
  requests: { arrived: 10, finished: 10, rejected: 0, failed: 0 },
  balance: { expert: { prefill: dropping(0.01), decode: null as PhaseExperts | null }, rank: { prefill: null, decode: null } },
  memory: {
    weights: 1,
    kvReserved: 2,
    kvUsed: 1,
    workspace: 1,
    workspaceUsed: 1,
    planned: 2,
    reserved: 4,
    used: 3,
    limit: 4,
    share: 0.75,
  },
};
const lossy = (prefill: number, decode: number) => ({
  balance: { ...calm.balance, expert: { prefill: dropping(prefill), decode: dropping(decode) } },
});
const waiting = (mean: number) => ({
  bucketSeconds: 1,
  running: [4, 4],
  waiting: [mean, mean],
  kvShare: [1, 1],
  tokensPerPass: [4, 4],
  tokensPerSecond: [4, 4],
});
const codes = (change: Partial<typeof calm>) => outcomeWarnings({ ...calm, ...change }, { failed: 0 }).map(({ code }) => code);

test("a run at its limits but not over them needs no warning", () => {
  expect(codes({})).toEqual([]); // one copy in a hundred dropped, memory full
});

test("requests that did not finish are reported with their fates", () => {
  const [warning] = outcomeWarnings({ ...calm, requests: { arrived: 10, finished: 4, rejected: 3, failed: 3 } }, { failed: 2 });
  expect(warning).toEqual({
    code: "requests-unfinished",
    message: "6 of 10 requests did not finish: 3 rejected, 2 failed, 1 still open",
  });
});

test("sequences that still decode are no requests that did not finish; where some wait for room, a warning says so", () => {
  const steady = (mean: number) =>
    outcomeWarnings(
      { ...calm, requests: { arrived: 10, finished: 0, rejected: 0, failed: 0, decoding: 10 }, levels: waiting(mean) },
      { failed: 0 },
    );
  expect(steady(0)).toEqual([]);
  expect(steady(1.5).map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "sequences-wait: 1.5 sequences wait for room in the cache on average: fewer decode than workload.sequences",
  ]);
});

test("a run that finished nothing says only that", () => {
  expect(codes({ requests: { arrived: 10, finished: 0, rejected: 10, failed: 0 } })).toEqual(["no-request-finished"]);
});

test("dropped copies are worth a word above one in a hundred of a phase, however few the other drops", () => {
  expect(codes(lossy(0.011, 0.5))).toEqual(["copies-dropped", "copies-dropped"]);
  expect(codes(lossy(0, 0.011))).toEqual(["copies-dropped"]);
});

test("memory reserved over the limit is worth a word", () => {
  expect(codes({ memory: { ...calm.memory, limit: 3 } })).toEqual(["memory-over-limit"]);
});

test("a fault that the run does not reach is warned of, unless chance drew it", () => {
  const fault = (atSeconds: number, drawnFrom?: number) =>
    ({ kind: "gpu-slow", atSeconds, requests: {}, degradedTokens: 0, ...(drawnFrom === undefined ? {} : { drawnFrom }) }) as never;
  const said = (...events: never[]) =>
    outcomeWarnings({ ...calm, faults: { events } as never }, { failed: 0 }).map(({ message }) => message);
  expect(said(fault(30), fault(31, 0))).toEqual([]);
  expect(said(fault(29), fault(31))).toEqual(["gpu-slow at 31.0 s never happens: the run ends at 30.0 s"]);
  expect(said(fault(60), fault(31))).toEqual(["gpu-slow at 60.0 s, and 1 other fault as late, never happens: the run ends at 30.0 s"]);
});
