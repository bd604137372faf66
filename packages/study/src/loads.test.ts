import { parseScenario } from "@tokenyard/scenario";
import { prepare, type RequestRow, run } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { isImpossible } from "./points/point.ts";
import { inProcessRunner } from "./runners/in-process-runner.ts";
import { sweep, sweepPoints } from "./sweep/sweep.ts";

const LENGTHS = "promptTokens: { kind: lognormal, mean: 60, sigma: 1 }, outputTokens: { kind: uniform, from: 1, to: 9 }";
const BYTES = new TextEncoder().encode("arrivedSeconds,promptTokens,outputTokens\n0,50,3\n0.001,20,1\n0.0012,90,4\n");
const readPieces = () => [BYTES];

const base = parseScenario({
  tokenyard: 1,
  name: "loads",
  seed: 5,
  model: {
    layers: 2,
    hiddenSize: 64,
    attention: { heads: 4, kvHeads: 4, headSize: 16 },
    experts: { count: 4, topK: 1, hiddenSize: 96, matrices: 2 },
  },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
    network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "5 us" } },
  },
  workload: { kind: "open", requests: 40, rate: "3000 requests/s", promptTokens: 10, outputTokens: 2 },
  serving: { scheduler: "continuous" },
});

const degrees = {
  "parallelism.expert": [1, 2, 4],
  "parallelism.tensor": [1, 2],
  "parallelism.data": [1, 3],
  "serving.scheduler": ["continuous", "{ kind: prefill-first, maxSequences: 2 }"],
};

/** What each request of each point asks for, by its number; `of` says what is compared. */
function asked(workload: string, of: (row: RequestRow) => unknown) {
  return [...sweepPoints(base, { vary: { workload: [workload], ...degrees } }, readPieces)].map(({ scenario }) => {
    if (isImpossible(scenario)) throw new Error(JSON.stringify(scenario.problems));
    const rows: unknown[] = [];
    run(prepare(scenario, { readPieces }), {
      onRequest: (row) => {
        rows[row.request] = of(row);
      },
    });
    return JSON.stringify(rows);
  });
}

const lengthsOf = ({ promptTokens, outputTokens }: RequestRow) => [promptTokens, outputTokens];
const whole = (row: RequestRow) => [row.arrivedNs, ...lengthsOf(row), row.className];

test("neither degrees nor schedulers change which requests come, and when: points of a study share their chance", { tags: "long" }, () => {
  const classes = `classes: [{ name: a, ${LENGTHS} }, { name: b, share: 3, ${LENGTHS} }]`;
  for (const [workload, of] of [
    [`{ kind: open, requests: 40, rate: 3000 requests/s, ${LENGTHS} }`, whole],
    [
      `{ kind: open, requests: 40, rate: 3000 requests/s, arrivals: { kind: gamma, variation: 3 }, ${classes}, promptTokens: null, outputTokens: null }`,
      whole,
    ],
    ["{ kind: trace, path: t.csv, format: csv, repeat: 3 }", whole],
    [`{ kind: closed, requests: 40, concurrency: 5, thinkTime: 1 ms, ${LENGTHS} }`, lengthsOf], // when they come depends on the answers
  ] as const) {
    const found = asked(workload, of);
    expect(found).toHaveLength(24);
    expect(new Set(found).size).toBe(1);
    expect(JSON.parse(found[0]!).length).toBeGreaterThan(8);
  }
});

test("sessions begin at the same times, and say the same", () => {
  const workload = `{ kind: sessions, sessions: 12, rate: 500 requests/s, turns: { kind: uniform, from: 1, to: 4 }, thinkTime: 1 ms, ${LENGTHS} }`;
  const sessions = asked(workload, ({ session, promptTokens, outputTokens, arrivedNs }) => ({
    session,
    promptTokens,
    outputTokens,
    arrivedNs,
  }));
  const inOrder = sessions.map((text) => {
    const rows = JSON.parse(text) as { session: number; promptTokens: number; outputTokens: number; arrivedNs: number }[];
    return [...grouped(rows)].sort(([a], [b]) => a - b).map(([session, turns]) => [session, turns[0]!.arrivedNs, turns.map(lengths)]);
  });
  expect(new Set(inOrder.map((each) => JSON.stringify(each))).size).toBe(1);
});

const lengths = ({ promptTokens, outputTokens }: { promptTokens: number; outputTokens: number }) => [promptTokens, outputTokens];

function grouped<T extends { session: number }>(rows: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) groups.set(row.session, [...(groups.get(row.session) ?? []), row]);
  return groups;
}

test("a sweep over a trace needs the bytes of its file, whose hash each point notes; conditions on the plan need none", async () => {
  const options = {
    vary: { workload: ["{ kind: trace, path: t.csv, format: csv }"], "parallelism.data": [1, 2, 4] },
    where: ["ranks <= 2"],
  };
  const rows = [];
  for await (const row of sweep(base, { ...options, readPieces })) rows.push(row);
  expect(rows).toMatchObject([
    { status: "ok", report: { requests: { finished: 3 }, scenario: { resolved: { workload: { sha256: expect.any(String) } } } } },
    { status: "ok", report: { gpus: 2 } },
  ]);
  for await (const row of inProcessRunner().run(sweepPoints(base, options)))
    expect(row).toMatchObject({ status: "infeasible", reason: expect.stringContaining("readPieces") });
});
