import { readFileSync } from "node:fs";
import { reportWords } from "@tokenyard/report";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { Desk } from "./desk.ts";
import type { Answer } from "./messages.ts";
import { loadedSource, type Source } from "./source.ts";

const read = (name: string) => readFileSync(new URL(`../../../../scenarios/${name}`, import.meta.url), "utf8");
const own = (name: string): Source => ({ text: read(`${name}/scenario.yaml`), path: `${name}/scenario.yaml`, files: {} });

const loadReaders = async () => {};

/** Halves of a file that is all there. */
const readBlob = (file: Blob) => (file as Blob & { readonly halves: readonly Uint8Array[] }).halves;

/** A desk, what it answers, and a clock that moves by `stepMs` at each look. */
function deskWith(pause: () => Promise<void> = async () => {}, stepMs = 0) {
  const answers: Answer[] = [];
  let ms = 0;
  const nowMs = () => {
    ms += stepMs;
    return ms;
  };
  return { answers, desk: new Desk({ post: (answer) => answers.push(answer), nowMs, pause, readBlob, loadReaders }) };
}

test("a run at the desk gives what a check gives, the report that the library gives, its latencies whole, and then its words", async () => {
  const { desk, answers } = deskWith();
  const source = own("poisson-load");
  await desk.take({ kind: "check", id: 1, source });
  await desk.take({ kind: "run", id: 2, source });
  const [check, started] = answers;
  const [result, words] = answers.slice(-2);
  if (check?.kind !== "checked" || result?.kind !== "result") throw new Error(JSON.stringify(answers));
  expect(started).toEqual({ kind: "started", id: 2, requests: 2000, checked: check.checked });
  expect(JSON.stringify(result.report)).toBe(JSON.stringify(simulate(loadedSource(source, readBlob).scenario)));
  expect(words).toEqual({ kind: "words", id: 2, words: reportWords(result.report) });
  expect(result.latencies["ttftSeconds"]!.counts.reduce((sum, count) => sum + count)).toBe(result.report.requests.finished - 200); // without 5 % at both ends
});

test("a check gives sizes and fields without a run", async () => {
  const { desk, answers } = deskWith();
  await desk.take({ kind: "check", id: 1, source: own("deployment-plan") });
  const [answer] = answers;
  if (answer?.kind !== "checked") throw new Error(JSON.stringify(answer));
  expect(answer.checked).toMatchObject({ name: "deployment-plan", gpus: 512, nodes: 64 });
  const values = Object.fromEntries(answer.checked.fields.map(({ path, value }) => [path.join("."), value]));
  expect(values).toMatchObject({
    "parallelism.tensor": "2",
    "workload.sequences": "128",
    "serving.scheduler.microBatches": "8",
    seed: "1",
  });
});

test("problems have their places in the text, and a file that is named and not given is one of them", async () => {
  const { desk, answers } = deskWith();
  const { text, path } = own("deployment-plan");
  await desk.take({ kind: "check", id: 1, source: { text: text.replace("tensor: 2", "tensor: 3"), path, files: {} } });
  await desk.take({ kind: "check", id: 2, source: { text: "tokenyard: 1\nextends: other.yaml\n", path: "a.yaml", files: {} } });
  const [wrong, lacking] = answers;
  if (wrong?.kind !== "problems" || lacking?.kind !== "problems") throw new Error(JSON.stringify(answers));
  const line = text.split("\n").indexOf("  tensor: 2") + 1;
  expect(wrong.problems[0]).toMatchObject({ at: { line, column: 3 }, place: `${path}:${line}:3` });
  expect(lacking.problems[0]!.message).toContain("other.yaml");
});

test("a run is cancelled between its slices, and a newer run takes its place", async () => {
  let slices = 0;
  const { desk, answers } = deskWith(async () => {
    slices++;
    if (slices === 2) await desk.take({ kind: "cancel", id: 1 });
  }, 20);
  await desk.take({ kind: "run", id: 1, source: own("poisson-load") });
  expect(answers.at(-1)).toEqual({ kind: "cancelled", id: 1 });
  expect(slices).toBe(2);
});

test("progress is said at most every 100 ms of the clock", async () => {
  const { desk, answers } = deskWith(async () => {}, 30);
  await desk.take({ kind: "run", id: 1, source: own("poisson-load") });
  const progress = answers.filter(({ kind }) => kind === "progress");
  expect(progress.length).toBeGreaterThan(0);
  for (const answer of progress) if (answer.kind === "progress") expect(answer.finished).toBeLessThanOrEqual(answer.requests);
});

test("spans are of the first rank of each stage, and where there are more than wanted, of the beginning of the run", {
  tags: "long",
}, async () => {
  const { desk, answers } = deskWith();
  await desk.take({ kind: "spans", id: 1, source: own("deployment-plan"), most: 1_000_000, open: [] });
  await desk.take({ kind: "spans", id: 2, source: own("deployment-plan"), most: 20_000, open: [] });
  const [whole, part] = answers.filter((answer) => answer.kind === "timeline").map(({ timeline }) => timeline);
  expect(whole!.ranks).toEqual(Array.from({ length: 16 }, (_, stage) => 32 * stage));
  expect(new Set(whole!.spans.rank)).toEqual(new Set(whole!.ranks));
  expect(whole!.toNs).toBe(whole!.horizonNs);
  expect(part!.spans.startNs.length).toBeLessThanOrEqual(20_000);
  expect(part!.toNs).toBeLessThan(whole!.horizonNs);
});

test("where a stage is open all of its ranks have lanes, and of the others the first", { tags: "long" }, async () => {
  const { desk, answers } = deskWith();
  await desk.take({ kind: "spans", id: 1, source: own("deployment-plan"), most: 1_000_000, open: [96] });
  const [timeline] = answers.filter((answer) => answer.kind === "timeline").map((answer) => answer.timeline);
  const { ranks, groups, requests } = timeline!;
  expect(groups[3]).toEqual({ label: "stage 3", firstRank: 96, ranks: 32 });
  expect(ranks).toEqual([
    0,
    32,
    64,
    ...Array.from({ length: 32 }, (_, rank) => 96 + rank),
    ...groups.slice(4).map((each) => each.firstRank),
  ]);
  expect(new Set(timeline!.spans.rank)).toEqual(new Set(ranks));
  expect(requests!.numbers).toHaveLength(128);
});

test.each([
  ["dead-gpu", "fault", "gpu lost, detected after 301 s by watchdog, served again after 451 s"],
  ["rebalance-drift", "rebalance", "experts move in stage 0"],
  ["kv-pressure", "preemption", /^request \d+ loses its cache, waits /],
] as const)("marks of %s say each %s, by time", { tags: "long" }, async (name, kind, words) => {
  const { desk, answers } = deskWith();
  const extended = [
    "rebalance-drift/still.yaml",
    "redundant-experts/scenario.yaml",
    "redundant-experts/plain.yaml",
    "poisson-load/scenario.yaml",
  ];
  const folder = Object.fromEntries(extended.map((file) => [file, read(file)]));
  await desk.take({ kind: "spans", id: 1, source: { ...own(name), files: folder }, most: 100_000, open: [] });
  const [timeline] = answers.filter((answer) => answer.kind === "timeline").map((answer) => answer.timeline);
  const { marks } = timeline!;
  const found = marks.find((mark) => mark.kind === kind)!;
  if (typeof words === "string") expect(found.words).toBe(words);
  else expect(found.words).toMatch(words);
  expect(marks.map(({ fromNs }) => fromNs)).toEqual(marks.map(({ fromNs }) => fromNs).sort((a, b) => a - b));
});
