import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Job } from "./courier.ts";
import { packed, unpacked } from "./payload.ts";
import { rowsIn, rowsOut } from "./rows.ts";

const folder = mkdtempSync(join(tmpdir(), "rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

const points = [
  { index: 3, parameters: {} },
  { index: 4, parameters: {} },
];
const payload = { version: "1", base: "0", points, asker: "a", crashes: 3 };
const job: Job = { id: "p1", base: { hash: "0", text: "" }, payload };
const rows = points.map((point) => ({ ...point, status: "ok" as const, report: { ttft: 1 } }));
const text = JSON.stringify({ coreMs: 5, rows });

test("rows come back by the queue, or, where they are large and there is a folder, by a file that is taken away", async () => {
  expect(await rowsIn(await rowsOut(text, job.id, undefined, 0), job, folder)).toEqual({ rows, coreMs: 5 });
  expect(await rowsIn(await rowsOut(text, job.id, folder), job, folder)).toEqual({ rows, coreMs: 5 });
  expect(readdirSync(folder)).toEqual([]);
  const sent = await rowsOut(text, job.id, folder, 0);
  expect(sent.length).toBeLessThan(10);
  expect(readdirSync(folder)).toEqual([".tokenyard-p1.rows"]);
  await expect(rowsIn(sent, job, join(folder, "other"))).rejects.toThrow("a worker put them into its --folder, and in");
  expect(await rowsIn(sent, job, folder)).toEqual({ rows, coreMs: 5 });
  expect(readdirSync(folder)).toEqual([]);
});

test("rows of other points, too few, or of another form are refused", async () => {
  const of = (change: object) => packed(JSON.stringify({ coreMs: 5, rows, ...change }));
  for (const change of [
    { rows: rows.slice(1) },
    { rows: [...rows].reverse() },
    { rows: [...rows, rows[0]] },
    { coreMs: -1 },
    { rows: [{ ...rows[0], status: "fine" }, rows[1]] },
    { rows: [{ ...rows[0], report: "no report" }, rows[1]] },
    { code: "process.exit()" },
  ])
    await expect(rowsIn(await of(change), job, folder)).rejects.toThrow();
  await expect(rowsIn(Buffer.from("no rows"), job, folder)).rejects.toThrow();
});

test("a text that would unpack beyond its bound is refused", async () => {
  const bytes = await packed("0".repeat(100_000));
  expect(bytes.length).toBeLessThan(1_000);
  await expect(unpacked(bytes, 10_000)).rejects.toThrow();
  expect(await unpacked(bytes, 100_000)).toHaveLength(100_000);
});
