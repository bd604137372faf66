import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import type { ClusterMap } from "./cluster-map.ts";
import { isStruck, struckTimes } from "./struck-times.ts";

const fault = fc.record({ ranks: fc.uniqueArray(fc.nat(3), { minLength: 1 }), fromNs: fc.nat(20), lasts: fc.nat(8) });

test.prop([fc.array(fault, { maxLength: 12 })])("a rank is struck at the instants at which one of its faults is", (faults) => {
  const struck = faults.map(({ ranks, fromNs, lasts }) => ({ words: "gpu lost", ranks, fromNs, toNs: fromNs + lasts }));
  const times = struckTimes({ struck } as unknown as ClusterMap);
  for (let rank = 0; rank < 5; rank++)
    for (let ns = 0; ns <= 30; ns++) {
      const slow = struck.some(({ ranks, fromNs, toNs }) => fromNs < ns && ns <= toNs && ranks.includes(rank));
      expect([rank, ns, isStruck(times, rank, ns)]).toEqual([rank, ns, slow]);
    }
});
