import { describe, expect, test } from "vitest";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { retriesOf } from "./retries.ts";

describe("by hand: attempts of 8 requests in 2.5 s, in buckets of a second", () => {
  const retries = {
    attempts: 12,
    byClient: 3,
    byRouter: 1,
    refused: 2,
    failed: 1,
    timedOut: 1,
    wastedPromptTokens: 300,
    wastedOutputTokens: 100,
    answeredTokens: 1200,
    bucketNs: 1e9,
    attemptsIn: Float64Array.of(6, 4, 2, 0),
    wastedTokensIn: Float64Array.of(0, 300, 100, 0),
    breakers: { opened: 2, openNs: 1.5e9 },
  };
  const report = (more: object = {}) =>
    retriesOf({ ...tiny, horizonNs: 2.5e9, retries: { ...retries, ...more } }, { arrived: 8 } as Parameters<typeof retriesOf>[1]).retries!;

  test("there are 1.5 for each request, and a quarter of all tokens was wasted", () => {
    expect(report()).toMatchObject({
      attempts: 12,
      attemptsPerRequest: 12 / 8,
      byClient: 3,
      byRouter: 1,
      refused: 2,
      failed: 1,
      timedOut: 1,
    });
    expect(report().wasted).toEqual({ promptTokens: 300, outputTokens: 100, share: 400 / 1600 });
    expect([report().breakers, report({ breakers: undefined }).breakers]).toEqual([{ opened: 2, openSeconds: 1.5 }, null]);
  });

  test("the last bucket is half as long, and one after the end is left out", () => {
    expect(report().levels).toEqual({ bucketSeconds: 1, attemptsPerSecond: [6, 4, 2 / 0.5], wastedTokensPerSecond: [0, 300, 100 / 0.5] });
  });
});
