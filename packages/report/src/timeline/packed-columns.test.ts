import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { packedColumns, unpackedColumns } from "./packed-columns.ts";

const anyColumn = fc.oneof(
  fc.uint8Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float64Array(),
  fc.array(fc.maxSafeInteger(), { maxLength: 20 }).map((numbers) => Float64Array.from(numbers)),
  fc.array(fc.integer({ min: -200, max: 200 }), { maxLength: 20 }).map((numbers) => Float64Array.from(numbers)),
);

test.prop([fc.dictionary(fc.string({ minLength: 1 }), anyColumn, { maxKeys: 4, noNullPrototype: true })])(
  "columns come back as they were, to the bit",
  (columns) => {
    const { head, bytes } = packedColumns(columns);
    expect(unpackedColumns(JSON.parse(JSON.stringify(head)), bytes)).toEqual(columns);
  },
);

test("a column comes back as one of its own, called as what objects inherit too", () => {
  const { head, bytes } = packedColumns({ ["__proto__"]: Uint32Array.of(7) });
  expect(Object.entries(unpackedColumns(head, bytes))).toEqual([["__proto__", Uint32Array.of(7)]]);
});

test("a column takes the fewest bytes in which its numbers fit, or their differences", () => {
  const widths = (numbers: readonly number[]) => {
    const [column] = packedColumns({ numbers: Float64Array.from(numbers) }).head;
    return [column!.width, column!.rises];
  };
  expect(widths([])).toEqual([1, false]);
  expect(widths([127, -128])).toEqual([1, false]); // differences of −255 would take two
  expect(widths([100, 200, 300])).toEqual([1, true]);
  expect(widths([128])).toEqual([2, false]);
  expect(widths([32_767, -32_768])).toEqual([2, false]);
  expect(widths([2 ** 31 - 1])).toEqual([4, false]);
  expect(widths([2 ** 31])).toEqual([8, false]);
  expect(widths([0.5, -0])).toEqual([8, false]);
});

test("a zero keeps its sign", () => {
  const { head, bytes } = packedColumns({ numbers: Float64Array.of(-0, 0.5, -0) });
  expect(unpackedColumns(head, bytes)).toEqual({ numbers: Float64Array.of(-0, 0.5, -0) });
});

test("bytes of other columns are refused", () => {
  const { head } = packedColumns({ numbers: Int32Array.of(1, 2) });
  expect(() => unpackedColumns(head, new Uint8Array(3))).toThrow("3 bytes given; wanted 2");
});
