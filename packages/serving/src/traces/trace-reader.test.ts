import type { TraceSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { TraceReader } from "./trace-reader.ts";
import type { TraceRow } from "./trace-row.ts";
import { fileOf, ROWS, TEXTS, traceSpec } from "./trace-texts.contract.ts";

/** The rows of `text`, and its faults as `line: given; wanted`. */
function read(spec: TraceSpec, text: string): { rows: TraceRow[]; faults: string[]; dropped: number } {
  const faults: string[] = [];
  const reader = new TraceReader(spec, fileOf(text), ({ given, wanted }, line) => faults.push(`${line}: ${given}; wanted ${wanted}`));
  const rows: TraceRow[] = [];
  while (reader.next()) rows.push({ ...reader.row });
  return { rows, faults, dropped: reader.dropped };
}

describe("a trace", () => {
  test.each(Object.keys(TEXTS) as (keyof typeof TEXTS)[])("in the format %s has its rows, with their times from its start", (format) => {
    const { rows, faults } = read(traceSpec(format), TEXTS[format]);
    expect(faults).toEqual([]);
    expect(rows.map(({ timeNs, promptTokens, outputTokens }) => [timeNs / 1e9, promptTokens, outputTokens])).toEqual(ROWS);
  });

  test("of Mooncake has the ids of whole blocks, and none where a row has none", () => {
    const { rows } = read(traceSpec("mooncake"), TEXTS.mooncake);
    // 4,808 tokens are 9 blocks of 512 and 200 tokens of the tenth
    expect(rows.map(({ prefix }) => prefix && [...prefix])).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8], [], undefined]);
  });

  test("of ours may name classes, sessions and prefixes", () => {
    const classes = [
      { name: "chat", priority: 0, targets: {} },
      { name: "code", priority: 0, targets: {} },
    ];
    const spec = { classes, blockTokens: 4 };
    const csv = "arrivedSeconds,promptTokens,outputTokens,class,session,prefix\n0,9,1,code,7,3 4\n1,9,1,chat,,\n";
    const jsonl = `{"arrivedSeconds":0,"promptTokens":9,"outputTokens":1,"class":"code","session":7,"prefix":[3,4]}
{"arrivedSeconds":1,"promptTokens":9,"outputTokens":1,"class":"chat"}`;
    const wanted = [
      { classIndex: 1, session: 7, prefix: Int32Array.of(3, 4) },
      { classIndex: 0, session: -1, prefix: undefined },
    ];
    expect(read(traceSpec("csv", spec), csv).rows).toMatchObject(wanted);
    expect(read(traceSpec("jsonl", spec), jsonl).rows).toMatchObject(wanted);
  });

  test("leaves out and counts rows without prompt or output tokens", () => {
    const text = "arrivedSeconds,promptTokens,outputTokens\n0,0,5\n1,5,0\n2,5,5\n";
    expect(read(traceSpec("csv"), text)).toMatchObject({ dropped: 2, rows: [{ timeNs: 2e9 }], faults: [] });
  });

  test("has the rows of its slice, its begin included and its end not", () => {
    const { rows } = read(traceSpec("csv", { from: 1.5, to: 2.25 }), TEXTS.csv);
    expect(rows.map(({ promptTokens }) => promptTokens)).toEqual([110]);
  });
});

describe("a broken row is reported with its line, and the others are still read", () => {
  const heading = "arrivedSeconds,promptTokens,outputTokens,class,session,prefix\n";
  const good = "5,1,1,a,,\n";
  const classes = [{ name: "a", priority: 0, targets: {} }];
  test.each([
    ["x,1,1,a,,", "arrivedSeconds x; wanted a time in s from 0 s to 9e6 s"],
    ["-1,1,1,a,,", 'arrivedSeconds "-1"; wanted a time in s from 0 s to 9e6 s'],
    ["1e300,1,1,a,,", 'arrivedSeconds "1e300"; wanted a time in s from 0 s to 9e6 s'],
    ["1,1.5,1,a,,", 'promptTokens "1.5"; wanted a whole number of tokens from 0 to 1e9'],
    ["1,2e9,1,a,,", 'promptTokens "2e9"; wanted a whole number of tokens from 0 to 1e9'],
    ["1,1,,a,,", 'outputTokens ""; wanted a whole number of tokens from 0 to 1e9'],
    ["1,1,1,b,,", "class b; wanted one of the classes a"],
    ["1,1,1,a,x,", "session x; wanted the number of a session, from 0 to 2147483647"],
    ["1,1,1,a,,1 x", "prefix 1 x; wanted a list of block ids, whole numbers from 0 to 2147483647"],
    ["1,1,1,a,", "5 values; wanted 6, one for each column of the heading"],
    ["0.5,1,1,a,,", "a time of 0.5 s after one of 1 s; wanted rows in order of their time"],
  ])("%s", (row, reported) => {
    const { rows, faults } = read(traceSpec("csv", { classes }), `${heading}1,1,1,a,,\n\n${row}\n${good}`);
    expect(faults).toEqual([`4: ${reported}`]);
    expect(rows.map(({ timeNs }) => timeNs)).toEqual([1e9, 5e9]);
  });

  test.each(["{", "[1]", "3", '{"timestamp":-1,"input_length":1,"output_length":1}', '{"timestamp":1,"input_length":1}'])("%s", (line) => {
    const row = '{"timestamp":1,"input_length":1,"output_length":1}';
    const { rows, faults } = read(traceSpec("mooncake"), `${row}\n${line}\n${row}\n`);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^2: /);
    expect(rows).toHaveLength(2);
  });

  test.each([
    ['{"timestamp":1,"input_length":1,"output_length":1,"input_length":2}', "2:51: input_length a second time; wanted each key once"],
    [
      String.raw`{"timestamp":1,"input_length":1,"output_length":1,"input\u005flength":2}`,
      "2:51: input_length a second time; wanted each key once",
    ],
    ['{"timestamp":1,"input_length":1,"output_length":1,"of":{"id":"a","id":"b"}}', "2:66: id a second time; wanted each key once"],
  ])("and %s, of which JSON would take the last", (line, reported) => {
    const faults: string[] = [];
    const row = '{"timestamp":1,"input_length":1,"output_length":1,"of":"input_length"}';
    const reader = new TraceReader(traceSpec("mooncake"), fileOf(`${row}\n${line}\n${row}\n`), ({ given, wanted, column }, at) =>
      faults.push(`${at}:${column}: ${given}; wanted ${wanted}`),
    );
    let rows = 0;
    while (reader.next()) rows++;
    expect([rows, faults]).toEqual([2, [reported]]);
  });

  test("and a heading without the columns of its format is the only fault reported", () => {
    const { faults } = read(traceSpec("azure"), TEXTS.csv);
    const wanted = "a heading with the columns TIMESTAMP, ContextTokens, GeneratedTokens, each once";
    expect(faults).toEqual([`1: outputTokens,arrivedSeconds,remark,promptTokens; wanted ${wanted}`]);
  });

  test("and bytes that are no text end it", () => {
    const bytes = Uint8Array.of(...new TextEncoder().encode("arrivedSeconds,promptTokens,outputTokens\n"), 255, 10);
    const faults: string[] = [];
    const reader = new TraceReader(
      traceSpec("csv"),
      () => [bytes],
      ({ given }) => faults.push(given),
    );
    expect(reader.next()).toBe(false);
    expect(faults).toEqual(["bytes that are no text"]);
  });
});
