import { expect, test } from "vitest";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import { LiveSource } from "./live.ts";

test("requests are numbered as they are added, and taken in that order, each as it was given", () => {
  const source = new LiveSource();
  const prefix = Int32Array.of(4, 5);
  expect(source.nextNs).toBe(Number.POSITIVE_INFINITY);
  expect(source.add({ arrivedNs: 5, promptTokens: 40, outputTokens: 2, prefix, prefixBlockTokens: 16 })).toBe(0);
  expect(source.add({ arrivedNs: 5, promptTokens: 7, outputTokens: 3 })).toBe(1);
  const out = createArrivingRequest();
  source.take(out);
  expect(out).toEqual({ ...createArrivingRequest(), arrivedNs: 5, promptTokens: 40, outputTokens: 2, prefix, prefixBlockTokens: 16 });
  expect(source.add({ arrivedNs: 9, promptTokens: 1, outputTokens: 1 })).toBe(2);
  source.take(out);
  expect(out).toEqual({ ...createArrivingRequest(), arrivedNs: 5, promptTokens: 7, outputTokens: 3 }); // nothing of the one before
  expect(source.nextNs).toBe(9);
  source.take(out);
  expect(source.nextNs).toBe(Number.POSITIVE_INFINITY);
});

test("a request that comes before one that was added, or after the end, is an error", () => {
  const source = new LiveSource();
  source.add({ arrivedNs: 5, promptTokens: 1, outputTokens: 1 });
  expect(() => source.add({ arrivedNs: 4, promptTokens: 1, outputTokens: 1 })).toThrow("a request of 4 ns comes after one of 5 ns");
  source.close();
  expect(() => source.add({ arrivedNs: 6, promptTokens: 1, outputTokens: 1 })).toThrow("closed");
});
