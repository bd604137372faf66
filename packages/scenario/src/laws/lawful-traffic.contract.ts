import fc from "fast-check";
import { MEASURED_TRAFFIC, type MeasuredTraffic, TRAFFIC_LIBRARIES } from "../schema/machines/traffic-table.ts";

const most: Readonly<Record<string, number>> = { ranks: 512, nodes: 1, experts: 256, topK: 1, multiprocessors: 132, tokenBytes: 1e6 };

const row = fc
  .constantFrom(...(Object.keys(MEASURED_TRAFFIC) as MeasuredTraffic[]))
  .chain((kind) =>
    fc
      .tuple(
        fc.constantFrom(...TRAFFIC_LIBRARIES),
        fc.tuple(
          ...MEASURED_TRAFFIC[kind].map((column) =>
            column === "us"
              ? fc.double({ min: 1e-3, max: 1e9, noNaN: true })
              : fc.integer({ min: column === "ranks" ? 2 : 1, max: most[column] ?? 1e9 }),
          ),
        ),
      )
      .map(([library, sizes]) => [kind, library, ...sizes]),
  );

/** A table of measured traffic as it stands in a scenario. */
export const lawfulTrafficTable = fc.record({
  path: fc.string({ minLength: 1, maxLength: 20 }),
  sha256: fc.string({ minLength: 1, maxLength: 20 }),
  rows: fc.array(row, { maxLength: 4 }),
});
