import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { ParquetRows } from "./parquet-rows.ts";
import { createTraceRow, type Fault, type TraceRow } from "./trace-row.ts";

type ColumnData = Parameters<typeof parquetWriteBuffer>[0]["columnData"];

function rowsOf(bytes: Uint8Array, classes: readonly string[] = []): (TraceRow | Fault)[] {
  const half = bytes.length >> 1;
  const rows = new ParquetRows([bytes.subarray(0, half), bytes.subarray(half)], classes);
  const all: (TraceRow | Fault)[] = [];
  for (;;) {
    const row = createTraceRow();
    const outcome = rows.next(row);
    if (outcome === undefined) return all;
    all.push(outcome === true ? row : outcome);
    if (outcome !== true && outcome.isLast === true) return all;
  }
}

function written(columnData: ColumnData, rowGroupSize?: number): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData, ...(rowGroupSize === undefined ? {} : { rowGroupSize }) }));
}

const needed: ColumnData = [
  { name: "arrivedSeconds", data: [0, 1.5, 2.25], type: "DOUBLE" },
  { name: "promptTokens", data: [4808, 110, 7433], type: "INT32" },
  { name: "outputTokens", data: [10n, 27n, 14n], type: "INT64" },
];

describe("the rows of a Parquet file", () => {
  test.each([1, 2, 100])("are those that were written, in row groups of %d", (rowGroupSize) => {
    const extra: ColumnData = [...needed, { name: "remark", data: ["a", "b", "c"] }, { name: "class", data: ["code", "chat", "code"] }];
    expect(rowsOf(written(extra, rowGroupSize), ["chat", "code"])).toEqual([
      { timeNs: 0, promptTokens: 4808, cachedTokens: 0, outputTokens: 10, classIndex: 1, session: -1, prefix: undefined },
      { timeNs: 1.5e9, promptTokens: 110, cachedTokens: 0, outputTokens: 27, classIndex: 0, session: -1, prefix: undefined },
      { timeNs: 2.25e9, promptTokens: 7433, cachedTokens: 0, outputTokens: 14, classIndex: 1, session: -1, prefix: undefined },
    ]);
  });

  test("are as many as thousands", () => {
    const data = Array.from({ length: 5000 }, (_, i) => i);
    const columns: ColumnData = needed.map((column) => ({ name: column.name, data, type: "INT32" }));
    expect(rowsOf(written(columns)).map((row) => "timeNs" in row && row.timeNs)).toEqual(data.map((i) => i * 1e9));
  });

  test("may have the ids of a prefix as text, and sessions that are not there", () => {
    const more: ColumnData = [
      ...needed,
      { name: "prefix", data: ["1 2", "", "3"] },
      { name: "session", data: [4, null, null], type: "INT32" },
    ];
    expect(rowsOf(written(more))).toMatchObject([
      { prefix: Int32Array.of(1, 2), session: 4 },
      { prefix: undefined, session: -1 },
      { prefix: Int32Array.of(3), session: -1 },
    ]);
  });

  test("may have the ids of a prefix as lists", () => {
    const lists: ColumnData = [...needed, { name: "prefix", data: [[1, 2], [], [3]] }];
    expect(rowsOf(written(lists)).map((row) => "prefix" in row && row.prefix?.length)).toEqual([2, 0, 1]);
  });

  test("are reported when they are broken, each by itself", () => {
    const [times, prompts] = needed;
    const columns: ColumnData = [times!, prompts!, { name: "outputTokens", data: [10, -1, 14], type: "INT32" }];
    expect(rowsOf(written(columns))[1]).toEqual({
      given: "outputTokens -1",
      wanted: "a whole number of tokens from 0 to 1e9",
    });
  });

  test("are refused where a column is missing, or the file is another", () => {
    expect(rowsOf(written(needed.slice(0, 2)))).toEqual([
      { given: "no column outputTokens", wanted: "the columns arrivedSeconds, promptTokens, outputTokens", isLast: true },
    ]);
    expect(rowsOf(new TextEncoder().encode("arrivedSeconds,promptTokens\n"))).toMatchObject([{ isLast: true }]);
  });
});
