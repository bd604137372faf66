import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { SchedulerObserver } from "../../requests/request-observer.ts";
import { PassGaps } from "./pass-gaps.ts";

const added = fc.array(fc.record({ lengthNs: fc.integer({ min: 1, max: 3 }), count: fc.nat(4) }), { maxLength: 20 });

test.prop([fc.array(added, { maxLength: 4 })])(
  "of each pass all gaps are reported by its end, and each run of equal ones once",
  (passes) => {
    const gaps = new PassGaps();
    for (const pass of passes) {
      const reported: [number, number][] = [];
      const observer = { gaps: (lengthNs: number, count: number) => reported.push([lengthNs, count]) } as Partial<SchedulerObserver>;
      for (const { lengthNs, count } of pass) gaps.add(lengthNs, count, observer as SchedulerObserver);
      gaps.report(observer as SchedulerObserver);
      for (const length of [1, 2, 3]) {
        const of = (all: readonly (readonly [number, number])[]) => all.reduce((sum, [ns, count]) => sum + (ns === length ? count : 0), 0);
        expect(of(reported)).toBe(of(pass.map(({ lengthNs, count }) => [lengthNs, count])));
      }
      const runs = pass.filter(({ lengthNs }, i) => i === 0 || pass[i - 1]!.lengthNs !== lengthNs);
      expect(reported.length).toBeLessThanOrEqual(runs.length);
      expect(reported.every(([, count]) => count > 0)).toBe(true);
    }
  },
);
