import { expect, test } from "vitest";
import { Compiled } from "./compiled.ts";

const compiling = (name: string, address: string) =>
  `[completed compiling 0x1 <JSFunction ${name} (sfi = ${address})> (target TURBOFAN) - took 0.5, 1.0, 0.5 ms]`;

test("functions that are compiled once and kept are counted, and not shown", () => {
  const compiled = new Compiled();
  for (const line of ["[marking", "{}", compiling("start", "0xa"), compiling("start", "0xb")]) compiled.read(line);
  expect(compiled.table()).toMatch(/\|\n\n2 functions were compiled, in 4 ms of a core; to compile some again took 0 of them\.$/);
});

test("one whose code is thrown away and made again is shown with why; one that is given up stands before it", () => {
  const compiled = new Compiled();
  const bailout =
    "[bailout (kind: deopt-eager, reason: wrong map): begin. deoptimizing 0x2 <JSFunction #timeUnit (sfi = 0xa)>, 0x3 <Code TURBOFAN>, opt id 17]";
  const dependent =
    "[marking dependent code 0x5 <Code TURBOFAN> (0xa <SharedFunctionInfo #timeUnit>) (opt id 17) for deoptimization, reason: code dependencies]";
  const aborted = "[aborted optimizing 0x4 <JSFunction start (sfi = 0xb)> because: maps became deprecated]";
  for (const line of [compiling("#timeUnit", "0xa"), bailout, dependent, compiling("#timeUnit", "0xa"), aborted, aborted])
    compiled.read(line);
  const [, , first, second] = compiled.table().split("\n");
  expect(first).toBe("| start | 0 | 2 | 0.0 | given up: maps became deprecated (2) |");
  expect(second).toBe("| #timeUnit | 2 | 0 | 4.0 | wrong map; code dependencies |");
  expect(compiled.table()).toMatch(/took 2 of them\.$/);
});
