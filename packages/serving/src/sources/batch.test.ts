import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { drawRequests } from "../requests/request.ts";
import { BatchSource } from "./batch.ts";
import { requestSourceContract } from "./request-source.contract.ts";
import { served } from "./served.contract.ts";

const lognormal = { kind: "lognormal", mean: 300, sigma: 1 } as const;
const batch = { kind: "batch", sequences: 20, promptTokens: lognormal, outputTokens: lognormal } as const;

requestSourceContract("a batch", { workload: batch, otherLengths: { ...batch, promptTokens: { kind: "fixed", value: 7 } } });
requestSourceContract("a batch with correlated lengths", { workload: { ...batch, correlation: 0.5 }, otherLengths: batch });

test("a batch comes whole at 0, with the lengths that are drawn for it at once", () => {
  const all = served(new BatchSource({ ...batch, correlation: -0.3 }, new Streams(1)));
  const requests = drawRequests({ ...batch, correlation: -0.3 }, new Streams(1));
  expect(all.every(({ arrivedNs }) => arrivedNs === 0)).toBe(true);
  expect(all.map(({ promptTokens }) => promptTokens)).toEqual([...requests.promptTokens]);
  expect(all.map(({ outputTokens }) => outputTokens)).toEqual([...requests.outputTokens]);
});
