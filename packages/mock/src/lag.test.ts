import { expect, test } from "vitest";
import { Lag } from "./lag.ts";

test("quantiles are those of the tokens, at most a tenth too long, and what is early is not late", () => {
  const lag = new Lag();
  expect(lag.quantileMs(0.99)).toBe(0);
  for (let ms = 1; ms <= 100; ms++) lag.add(ms, 1);
  expect(lag.quantileMs(0.5)).toBeGreaterThanOrEqual(50);
  expect(lag.quantileMs(0.5)).toBeLessThan(55.1);
  expect(lag.quantileMs(1)).toBe(100);
  lag.add(-3, 900);
  expect(lag.quantileMs(0.5)).toBe(0.01);
  expect(lag.exposition()).toContain('tokenyard_mock_lag_seconds_bucket{le="0.05"} 950\n');
  expect(lag.exposition()).toContain("tokenyard_mock_lag_seconds_count 1000\n");
  expect(lag.exposition()).toContain("tokenyard_mock_lag_seconds_sum 5.05\n"); // 1 + 2 + … + 100 ms
});
