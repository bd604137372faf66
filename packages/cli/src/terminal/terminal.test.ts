import { expect, test } from "vitest";
import { harmless } from "./terminal.ts";

test("a text can neither steer the terminal nor read otherwise than it is", () => {
  expect(harmless("a\u001b[31m\u0007b\r\u009b")).toBe("a\ufffd[31m\ufffdb\ufffd\ufffd");
  expect(harmless("gpu\u202eserver\u202c \u2066x\u2069")).toBe("gpu\ufffdserver\ufffd \ufffdx\ufffd");
  expect(harmless("tab\tand\nlines, ü, 卡, 😀, \u05d0")).toBe("tab\tand\nlines, ü, 卡, 😀, \u05d0");
});
