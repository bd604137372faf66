/** @module-tag long */
import { fileURLToPath } from "node:url";
import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { prepare, type RequestRow, run } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { campaign } from "./campaign.ts";
import { tried } from "./case.ts";
import { brokenLaws } from "./laws.ts";
import { gallerySeeds } from "./seeds.ts";
import { put, remove, type Tree } from "./tree.ts";

// The first cases of `pnpm fuzz`, which tries thousands.

const seeds = gallerySeeds(fileURLToPath(new URL("../../scenarios", import.meta.url)));
const cases = (seed: number, count: number, mostMs = 150) => [...campaign({ seed, from: 0, cases: count, mostMs, ...seeds })];

test("whatever is done to a scenario, it runs and keeps the laws, or is refused with a place", () => {
  const all = cases(2, 90);
  const count = (kind: string) => all.filter(({ outcome }) => outcome.kind === kind).length;
  expect(all.filter(({ outcome }) => outcome.kind === "fault")).toEqual([]);
  // mutations that only break scenarios, or only leave them as they are, would try nothing
  expect(count("ran") + count("given up")).toBeGreaterThan(45);
  expect(count("refused")).toBeGreaterThan(12);
});

test("a case depends on the seed and its number alone", () => {
  const texts = cases(3, 8, 0).map(({ text }) => text);
  expect(cases(3, 8, 0).map(({ text }) => text)).toEqual(texts);
  expect(cases(4, 8, 0).map(({ text }) => text)).not.toEqual(texts);
});

test("what throws anything but problems is a fault", () => {
  const outcome = tried("extends: x.yaml", () => JSON.parse("no file"), 1000);
  expect(outcome.kind).toBe("refused"); // a file that cannot be read
  const text = { toString: () => "tokenyard: 1" } as unknown as string;
  expect(tried(text, () => "", 1000)).toMatchObject({ kind: "fault" });
});

test("each law is asked: a recording or a report that was tampered with breaks it", () => {
  const tampered = (
    change: (recording: ReturnType<typeof run>, report: ReturnType<typeof summarize>) => void,
    changeRows: (rows: RequestRow[]) => void = () => {},
  ) => {
    const setup = prepare(parseScenario(SMALL));
    const rows: RequestRow[] = [];
    const recording = structuredClone(run(setup, { onRequest: (row) => rows.push({ ...row }) }));
    const report = structuredClone(summarize(recording));
    change(recording, report);
    changeRows(rows);
    return brokenLaws(setup, rows, recording, report);
  };
  const changeable = (value: object) => value as Record<string, number>;
  expect(tampered(() => {})).toEqual([]);
  expect(
    tampered(
      () => {},
      (rows) => rows.pop(),
    )[0],
  ).toBe("8 requests arrived and 7 left");
  expect(
    tampered(
      () => {},
      ([row]) => Object.assign(row!, { startedNs: 1e15 }),
    )[0],
  ).toMatch(/^request \d has times out of order/);
  expect(tampered((recording) => recording.idleNs.fill(1))[0]).toMatch(/^rank 0 lane 0 accounts for \d+ of \d+ ns$/);
  expect(tampered((_, { requests }) => changeable(requests)["finished"]!--)[0]).toMatch(/^requests are lost/);
  expect(tampered((_, { tokens }) => changeable(tokens)["dropped"]!++)[0]).toMatch(/^copies are lost/);
  expect(tampered((_, { tokens }) => changeable(tokens)["prompt"]!--)[0]).toMatch(/prompt tokens were computed$/);
  expect(tampered((_, { breakdown }) => changeable(breakdown.ttft!)["attention"]!++)[0]).toMatch(/^the breakdown of TTFT/);
  expect(tampered((_, { time }) => Object.assign(time.prefill!.compute, { lost: 1 }))[0]).toMatch(
    /^the shares of time of the compute lanes in prefill add up to 2/,
  );
  expect(tampered((_, { utilization }) => Object.assign(utilization, { compute: 1.01 }))[0]).toBe("utilization of compute is 1.01");
  expect(tampered((_, { memory }) => Object.assign(memory, { share: Number.NaN }))[0]).toMatch(/^report.memory.share: .*NaN$/);
  expect(tampered((_, report) => Object.assign(report, { seconds: 1 }))[0]).toMatch(/^report.*"seconds"/);
});

const SMALL = {
  tokenyard: 1,
  model: {
    layers: 2,
    hiddenSize: 64,
    attention: { heads: 4, kvHeads: 4, headSize: 16 },
    experts: { count: 4, topK: 1, hiddenSize: 128 },
  },
  cluster: {
    gpu: { compute: "100 TFLOPS", bandwidth: "1 TB/s", memory: "16 GB" },
    network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "2 us" }, fabric: { bandwidth: "50 GB/s", latency: "5 us" } },
  },
  parallelism: { expert: 2 },
  workload: { kind: "batch", sequences: 8, promptTokens: 64, outputTokens: 4 },
};

test("an element is taken out of a list whatever keys were put on the list", () => {
  const tree: Tree = { list: [1, 2, 3] };
  put(tree, ["list", "constructor"], { at: 1 });
  remove(tree, ["list", 1]);
  expect(JSON.stringify(tree)).toBe('{"list":[1,3]}');
});
