import { expect, test } from "vitest";
import { Lag } from "./lag.ts";

test("quantiles are those of the tokens within a bucket, and what is early is not late", () => {
  const lag = new Lag();
  expect(lag.spreadMs()).toEqual({ p50: 0, p99: 0, longest: 0 });
  for (let ms = 1; ms <= 100; ms++) lag.add(ms, 1);
  const { p50, p99, longest } = lag.spreadMs();
  expect(Math.abs(p50 - 50)).toBeLessThan(50 / 128);
  expect(Math.abs(p99 - 99)).toBeLessThan(99 / 128);
  expect(longest).toBe(100);
  lag.add(-3, 900);
  expect(lag.spreadMs().p50).toBe(0);
  expect(lag.exposition()).toContain('tokenyard_mock_lag_seconds_bucket{le="0.05"} 950\n');
  expect(lag.exposition()).toContain('tokenyard_mock_lag_seconds_bucket{le="1.0"} 1000\n'); // as Python's client of Prometheus writes it
  expect(lag.exposition()).toContain("tokenyard_mock_lag_seconds_count 1000\n");
  expect(lag.exposition()).toContain("tokenyard_mock_lag_seconds_sum 5.05\n"); // 1 + 2 + … + 100 ms
});
