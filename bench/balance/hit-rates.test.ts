import { expect, test } from "vitest";
import { hitRates, PUBLISHED_HITS } from "./hit-rates.ts";

test("LRU hits of one sequence of Qwen3-30B-A3B come out within 3 points of what was published, under a correlated gate that was fitted to them", () => {
  const { hits, reuse } = hitRates(PUBLISHED_HITS.map(({ share }) => share));
  for (const [i, { percent }] of PUBLISHED_HITS.entries()) expect(Math.abs(hits[i]! * 100 - percent)).toBeLessThan(3);
  expect(reuse / (8 / 128)).toBeGreaterThan(2); // times chance
});
