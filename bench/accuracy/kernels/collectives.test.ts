import { collectiveSeconds } from "@tokenyard/cluster";
import type { CollectiveFit } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { errorsOf } from "../errors.ts";
import { type CollectiveGroup, type CollectiveSample, fitOf, fittedCollective, gpusText } from "./collectives.ts";

const TRUE = {
  kind: "all-reduce" as const,
  library: "vllm" as const,
  on: "a-node",
  small: { latency: 5e-6, perPeer: 0.2e-6, bandwidth: 250e9 },
  medium: { latency: 12e-6, perPeer: 1e-6, bandwidth: 150e9 },
  large: { latency: 35e-6, perPeer: 3e-6, bandwidth: 380e9, buffer: 900e9 },
  oneShot: true,
  upTo: 1.5e6,
};

const samples = [2, 4, 8].flatMap((ranks) =>
  Array.from({ length: 21 }, (_, i): CollectiveSample => {
    const bufferBytes = 512 * 2 ** i;
    const sentBytes = ((2 * (ranks - 1)) / ranks) * bufferBytes;
    const half = (i + ranks) % 3 === 0 ? "held-out" : "fitted";
    return {
      half,
      source: 0,
      op: "all-reduce",
      fifth: i % 5,
      seconds: collectiveSeconds(TRUE, sentBytes, ranks),
      ranks,
      sentBytes,
      bufferBytes,
    };
  }),
);

test("a fit to two thirds of the collectives that follow the form foretells the others, and finds where the library changes its way", () => {
  const group: CollectiveGroup = { name: "", kind: "all-reduce", gpu: "a100", library: "vllm", samples };
  const seen = samples.filter(({ half }) => half === "fitted");
  const found = fittedCollective(group, seen, 450e9);
  const fit = { ...TRUE, ...fitOf(found) } as CollectiveFit;
  const rest = samples.filter(({ half }) => half === "held-out");
  const errors = errorsOf(
    rest.map(({ sentBytes, ranks }) => collectiveSeconds(fit, sentBytes, ranks)),
    rest.map(({ seconds }) => seconds),
  );
  expect(errors.median).toBeLessThan(0.02);
  expect(errors.p90).toBeLessThan(0.1);
  expect(fit.upTo! / TRUE.upTo).toBeGreaterThan(0.5);
  expect(fit.upTo! / TRUE.upTo).toBeLessThan(2);
});

test("GPUs with the same links are listed together", () => {
  expect(gpusText("h100")).toBe("`h100-sxm` and `h200-sxm`");
  expect(gpusText("b200")).toBe("`b200`");
});
