import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { WallClock } from "./wall-clock.ts";

const read = (first: string, second: string) => {
  const clock = new WallClock();
  expect(clock.read("t", first)).toBe(0);
  return clock.read("t", second);
};

describe("a wall clock", () => {
  test("counts from the first time that it reads, in nanoseconds", () => {
    expect(read("2023-11-16 18:17:03.9799600", "2023-11-16 18:17:04.0319600")).toBe(52_000_000);
    expect(read("2024-05-10 00:00:00.009930+00:00", "2024-05-10 00:00:01.009931+00:00")).toBe(1_000_001_000);
    expect(read("2024-05-10T23:59:59Z", "2024-05-11T00:00:00Z")).toBe(1_000_000_000);
  });

  const date = fc.date({ min: new Date("1990-01-01T00:00:00Z"), max: new Date("2090-01-01T00:00:00Z"), noInvalidDate: true });
  test.prop([date, fc.integer({ min: -80 * 86_400_000, max: 80 * 86_400_000 })])("knows the calendar", (first, laterMs) => {
    const second = new Date(first.getTime() + laterMs);
    expect(read(first.toISOString(), second.toISOString())).toBe(laterMs * 1e6);
  });

  test.prop([fc.string()])("reports what is no time, with what would be one", (text) => {
    const fault = new WallClock().read("TIMESTAMP", text);
    expect(fault).toMatchObject({ wanted: "a date and time, such as 2023-11-16 18:17:03.9799600" });
  });

  test.each([
    "2023-13-16 18:17:03",
    "2023-11-31 18:17:03",
    "2023-11-32 18:17:03",
    "2023-02-29 18:17:03",
    "2024-02-30 18:17:03",
    "2100-02-29 18:17:03",
    "2023-11-16 24:17:03",
    "2023-11-16 18:60:03",
    "2023-11-16",
    "2023-11-16 18:17:03+02:00",
  ])("does not take %s", (text) => {
    expect(new WallClock().read("TIMESTAMP", text)).toMatchObject({ given: expect.stringContaining(text) });
  });
});
