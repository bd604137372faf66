import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { bar, columns } from "./bar.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const EIGHTHS = " ▏▎▍▌▋▊▉█";
const eighths = (text: string) => [...text].reduce((sum, sign) => sum + EIGHTHS.indexOf(sign), 0);

test.prop([share, fc.integer({ min: 1, max: 40 })])("a bar is as long as its share, to half an eighth of a character", (part, width) => {
  const drawn = eighths(bar(part, width));
  if (part * width * 8 > 0.5) expect(Math.abs(drawn - part * width * 8)).toBeLessThanOrEqual(0.5);
  else expect(drawn).toBe(part > 0 ? 1 : 0); // a little is not nothing
});

test("a quarter, a half and all of four characters", () => {
  expect([bar(0.25, 4), bar(0.53125, 4), bar(1, 4), bar(7, 4), bar(0, 4)]).toEqual(["█", "██▏", "████", "████", ""]);
});

test("columns are as high as their share of the highest", () => {
  expect(columns([0, 1, 2, 4, 8], 10)).toBe("▁▁▂▄█");
  expect(columns([0, 0], 10)).toBe("▁▁");
});

test("more values than columns are folded, each column showing its largest", () => {
  expect(columns([1, 8, 2, 2, 4, 1], 3)).toBe("█▂▄");
});
