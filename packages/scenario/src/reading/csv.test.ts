import fc from "fast-check";
import { expect, test } from "vitest";
import { placeText } from "../problems/problem.ts";
import { readCsv } from "./csv.ts";
import { plainOf, type Written } from "./written.ts";

const read = (text: string) => readCsv(text, (line, column) => ({ file: "f", line, column }));
const places = (written: Written): unknown =>
  written.form === "list" ? written.items.map(places) : written.place === undefined ? "nowhere" : placeText(written.place);

test("each cell is a number, or its text where it is none, with its line and column", () => {
  const table = read("1, 2.5,-3e2\n\n4,x,\n");
  expect(plainOf(table)).toEqual([
    [1, 2.5, -300],
    [4, "x", ""],
  ]);
  expect(places(table)).toEqual([
    ["f:1:1", "f:1:4", "f:1:8"],
    ["f:3:1", "f:3:3", "f:3:5"],
  ]);
});

test("a cell in double quotes keeps its commas, and two quotes in it are one", () => {
  const table = read('1,"2",""\n3, "a, b" ,"say ""x"""\n4,5" deep,\n');
  expect(plainOf(table)).toEqual([
    [1, 2, ""],
    [3, "a, b", 'say "x"'],
    [4, '5" deep', ""],
  ]);
  expect(places(table)).toEqual([
    ["f:1:1", "f:1:3", "f:1:7"],
    ["f:2:1", "f:2:4", "f:2:12"],
    ["f:3:1", "f:3:3", "f:3:11"],
  ]);
});

test("a header, comments, empty lines and a byte order mark are no rows, whatever ends the lines", () => {
  expect(plainOf(read("\uFEFFa,b\r\n# of layer 0\r\n1,2\r\n\r\n3,4"))).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("only the first line may be a header, and only when it has no number", () => {
  expect(plainOf(read("a,1\n2,3\nb,c"))).toEqual([
    ["a", 1],
    [2, 3],
    ["b", "c"],
  ]);
});

test("what is written as values with commas is read back", () => {
  const row = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
      const text = rows.map((cells) => cells.map(String).join(",")).join("\n");
      expect(plainOf(read(text))).toEqual(rows.map((cells) => cells.map((cell) => Number(String(cell)))));
    }),
  );
});
