import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { rowAt, rowColumns } from "./lane-index.ts";
import { acrossOf, besideOf, firstPause } from "./walk.ts";

const anyBar = fc.record({ row: fc.nat(3), startNs: fc.nat(300), ns: fc.nat(40) });
const anyBars = fc.array(anyBar, { maxLength: 40 }).map((all) => {
  const startNs = Float64Array.from(all, (bar) => bar.startNs);
  const endNs = Float64Array.from(all, (bar) => bar.startNs + bar.ns);
  const bars = { kind: new Uint8Array(all.length), startNs, endNs, workNs: endNs };
  const columns = rowColumns((at) => all[at]!.row, 4, bars);
  return { all, bars, rows: [0, 1, 2, 3].map((row) => rowAt(columns, row)) };
});

test.prop([anyBars])("from the first bar the next ones lead through its whole row, and back", ({ bars, rows }) => {
  let chosen = besideOf(rows, undefined, 1);
  if (chosen === undefined) return;
  const { row } = chosen;
  const seen: number[] = [];
  for (; chosen !== undefined; chosen = besideOf(rows, chosen, 1)) seen.push(chosen.at);
  expect(seen).toEqual([...rows[row]!.spans]);
  expect(besideOf(rows, { row, at: seen.at(-1)! }, -1)?.at).toBe(seen.at(-2));
  expect(seen.every((at, i) => i === 0 || bars.startNs[seen[i - 1]!]! <= bars.startNs[at]!)).toBe(true);
});

test.prop([anyBars, fc.constantFrom(1 as const, -1 as const)])("across is the next row that has bars", ({ bars, rows }, by) => {
  const chosen = besideOf(rows, undefined, 1);
  const next = acrossOf(rows, bars, chosen, by, 10);
  if (chosen === undefined) return;
  const wanted = [0, 1, 2, 3].filter((row) => (row - chosen.row) * by > 0 && rows[row]!.spans.length > 0);
  expect(next?.row).toBe(by === 1 ? wanted[0] : wanted.at(-1));
  if (next !== undefined) expect(rows[next.row]!.spans).toContain(next.at);
});

test.prop([anyBars, fc.integer({ min: 1, max: 30 })])(
  "the first pause is the first time that no lane of a rank covers",
  ({ all, bars, rows }, least) => {
    let wanted: { row: number; fromNs: number; toNs: number } | undefined;
    for (const row of [0, 2]) {
      const own = all.filter((bar) => bar.row === row || bar.row === row + 1).sort((a, b) => a.startNs - b.startNs);
      for (let i = 1; i < own.length; i++) {
        const fromNs = Math.max(...own.slice(0, i).map((bar) => bar.startNs + bar.ns));
        if (own[i]!.startNs - fromNs < least) continue;
        if (wanted === undefined || fromNs < wanted.fromNs) wanted = { row, fromNs, toNs: own[i]!.startNs };
        break;
      }
    }
    expect(firstPause(rows, 2, bars, least)).toEqual(wanted);
  },
);
