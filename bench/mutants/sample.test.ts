import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { sampleOf } from "./sample.ts";

const HOUSE = fileURLToPath(new URL("../../", import.meta.url));
const ROOM = "packages/engine/src";

test("a sample is that of its seed, holds as many mutants as asked, and no more places than these", async () => {
  const [once, again, other] = [await sampleOf(HOUSE, ROOM, 10, 1), await sampleOf(HOUSE, ROOM, 10, 1), await sampleOf(HOUSE, ROOM, 10, 2)];
  expect(again).toEqual(once);
  expect(other.places).not.toEqual(once.places);
  expect(once.places.length).toBeLessThanOrEqual(10);
  expect(new Set(once.places).size).toBe(once.places.length);
  for (const { fileName } of once.places) expect(fileName).toMatch(/^packages\/engine\/src\/.*(?<!test)\.ts$/);
});

test("no room has more than all of its mutants", async () => {
  const { all, places } = await sampleOf(HOUSE, ROOM, 1_000_000, 1);
  expect(places.length).toBeLessThanOrEqual(all);
  expect(all).toBeGreaterThan(places.length / 2);
});
