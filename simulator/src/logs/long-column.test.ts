import { expect, test } from "vitest";
import { LongColumn } from "./long-column.ts";

test("a long column gives back what was put in, whatever its length", () => {
  for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const long = new LongColumn(Float64Array, 200_000);
    for (let i = 0; i < length; i++) long.push(i * 1.5);
    const column = long.column();
    expect(column.length).toBe(length);
    expect(column.every((value, i) => value === i * 1.5)).toBe(true);
  }
});

test("a long column takes no more than it may", () => {
  const long = new LongColumn(Uint8Array, 3);
  for (const value of [7, 8, 9]) long.push(value);
  expect([...long.column()]).toEqual([7, 8, 9]);
});
