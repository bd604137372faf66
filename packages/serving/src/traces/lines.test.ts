import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Lines } from "./lines.ts";

const encoder = new TextEncoder();

function linesOf(bytes: Uint8Array, cuts: readonly number[] = []): string[] {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces = [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
  const lines = new Lines(pieces);
  const all: string[] = [];
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    all.push(line);
    expect(lines.number).toBe(all.length);
  }
  return all;
}

describe("the lines of a text in pieces", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 8 }).filter((line) => !/[\n\r\ufeff]/.test(line));
  test.prop([fc.array(text, { minLength: 1 }), fc.constantFrom("\n", "\r\n"), fc.boolean(), fc.array(fc.nat())])(
    "are its lines wherever it is cut, whatever ends them",
    (written, end, isEnded, cuts) => {
      const whole = written.join(end) + (isEnded ? end : "");
      const wanted = isEnded ? written : written.at(-1) === "" ? written.slice(0, -1) : written;
      expect(linesOf(encoder.encode(whole), cuts)).toEqual(wanted);
    },
  );

  test("leave out the byte order mark", () => {
    expect(linesOf(encoder.encode("\ufeffa,b\n1,2\n"))).toEqual(["a,b", "1,2"]);
  });

  test("are none in an empty file", () => {
    expect(linesOf(encoder.encode(""))).toEqual([]);
  });

  test("are refused where the bytes are no UTF-8", () => {
    expect(() => linesOf(Uint8Array.of(97, 10, 255, 10))).toThrow(TypeError);
  });
});
