import { readFileSync } from "node:fs";
import { sweep } from "@tokenyard/study";
import { expect, test } from "vitest";
import { Desk } from "./desk.ts";
import type { Answer } from "./messages.ts";
import { loadedSource, type Source } from "./source.ts";

const text = readFileSync(new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url), "utf8");
const SWEEP = `
sweep: { vary: { parallelism.tensor: [1, 2, 3], workload.sequences: 1..16*2, serving.overlap: [none, two-batch] } }
`;
const source: Source = { text: text + SWEEP, path: "two-ranks/scenario.yaml", files: {} };

const loadReaders = async () => {};
const readBlob = () => [];

async function answersTo(order: Parameters<Desk["take"]>[0], pause: (desk: Desk) => Promise<void> = async () => {}): Promise<Answer[]> {
  const answers: Answer[] = [];
  const desk: Desk = new Desk({ post: (answer) => answers.push(answer), nowMs: () => 0, pause: () => pause(desk), readBlob, loadReaders });
  await desk.take(order);
  return answers;
}

test("a sweep of 30 points at the desk has the rows of the library's, the best first", async () => {
  const answers = await answersTo({ kind: "sweep", id: 1, source });
  const last = answers.at(-1)!;
  if (last.kind !== "study") throw new Error(JSON.stringify(last));
  const { table } = last;
  expect(table.parameters.map(({ label }) => label)).toEqual(["tensor", "sequences", "overlap"]);
  const at = table.metrics.findIndex(({ name }) => name === "ttft");
  const found = new Map(table.rows.map(({ index, status, values }) => [index, { status, ttft: values[at] }]));
  let points = 0;
  for await (const row of sweep(loadedSource(source, readBlob).scenario)) {
    points++;
    expect(found.get(row.index)).toEqual({ status: row.status, ttft: row.status === "ok" ? row.report.ttftSeconds!.max : null });
  }
  expect([points, table.rows.length]).toEqual([30, 30]);
  expect(answers.filter(({ kind }) => kind === "progress")).toHaveLength(30);
});

test("a sweep ends where its order is withdrawn", async () => {
  let pauses = 0;
  const answers = await answersTo({ kind: "sweep", id: 1, source }, async (desk) => {
    pauses++;
    if (pauses === 4) await desk.take({ kind: "cancel", id: 1 });
  });
  expect(answers.at(-1)).toEqual({ kind: "cancelled", id: 1 });
});

test("a point opens as a scenario of its own, which has its values and no sweep", async () => {
  const [answer] = await answersTo({ kind: "point", id: 1, source, set: ["workload.sequences=8", "serving.overlap=two-batch"] });
  if (answer?.kind !== "point") throw new Error(JSON.stringify(answer));
  const { scenario } = loadedSource({ text: answer.text, path: "two-ranks/point-7.yaml", files: {} }, readBlob);
  expect(scenario).toMatchObject({ workload: { sequences: 8 }, serving: { overlap: { kind: "two-batch" } } });
  expect(scenario.sweep).toBeUndefined();
});

test("a plan against itself does not differ, and against another says by how much", async () => {
  const same = (await answersTo({ kind: "compare", id: 1, source, baseline: source, replications: 2 })).at(-1)!;
  if (same.kind !== "comparison") throw new Error(JSON.stringify(same));
  expect(same.pair.conclusion.sentences[0]).toMatch(/^b does not differ from a beyond chance/);
  for (const { a, b } of same.pair.numbers) expect(a.mean).toBe(b.mean);
});
