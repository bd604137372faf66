import fc from "fast-check";
import { MEASURED_KERNELS, type MeasuredKernel, NO_MORE_THAN } from "../schema/machines/kernel-table.ts";
import { PRECISIONS } from "../schema/precision.ts";

const row = fc
  .constantFrom(...Object.entries(MEASURED_KERNELS))
  .chain(([kind, columns]) =>
    fc
      .tuple(
        fc.constantFrom(...PRECISIONS),
        fc.constantFrom(...PRECISIONS),
        fc.tuple(
          ...columns.map((column) =>
            column === "us" ? fc.double({ min: 1e-3, max: 1e9, noNaN: true }) : fc.integer({ min: 1, max: 1e9 }),
          ),
        ),
      )
      .map(([weights, precision, sizes]) => [kind, weights, precision, ...lawful(kind as MeasuredKernel, columns, sizes)]),
  );

/** `sizes` with what must not be more than another one cut down to it, the largest first. */
function lawful(kind: MeasuredKernel, columns: readonly string[], sizes: readonly number[]): number[] {
  const most: Readonly<Record<string, number>> =
    kind === "drawn-experts" ? { experts: 256, ranks: 256, topK: 1, exponent: 2 } : { experts: 65_536 };
  const kept = sizes.map((size, i) => Math.min(size, most[columns[i]!] ?? size));
  for (const [fewer, more] of [...NO_MORE_THAN[kind]].reverse()) {
    const at = columns.indexOf(fewer);
    kept[at] = Math.min(kept[at]!, kept[columns.indexOf(more)]!);
  }
  return kept;
}

/** A table of measured kernels as it stands in a scenario. */
export const lawfulKernelTable = fc.record({
  path: fc.string({ minLength: 1, maxLength: 20 }),
  sha256: fc.string({ minLength: 1, maxLength: 20 }),
  rows: fc.array(row, { maxLength: 4 }),
});
