import { expect, test } from "vitest";
import type { Choice } from "../space/choice.ts";
import { likelyFirst } from "./likely.ts";
import type { Prospect } from "./prospect.ts";

const choice = (expert: number, tensor: number, attentionTensor: number, data: number, more: Partial<Choice> = {}): Prospect =>
  ({
    choice: { layers: "shared-ranks", pipeline: 1, expert, tensor, attentionTensor, data, microBatches: null, overlap: "none", ...more },
  }) as unknown as Prospect;

test("a node with tensor parallelism comes first, then one with its experts spread, then attention of its own; most replicas within eight nodes", () => {
  const plans = [
    choice(1, 3, 3, 1), // three GPUs of a node, alone
    choice(1, 8, 8, 1),
    choice(1, 8, 8, 8),
    choice(1, 8, 8, 20),
    choice(8, 1, 8, 8),
    choice(8, 1, 1, 8),
    choice(8, 1, 2, 8), // nothing that would be tried first
    choice(4, 2, 8, 8),
    choice(1, 8, 8, 8, { pipeline: 2 }),
    choice(1, 8, 8, 8, { overlap: "two-batch" }),
    choice(16, 1, 16, 4),
  ];
  const order = likelyFirst(plans, 8).map((each) => plans.indexOf(each));
  expect(order).toEqual([2, 4, 5, 10, 3]);
});
