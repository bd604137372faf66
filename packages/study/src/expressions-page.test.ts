import { readFileSync } from "node:fs";
import { condition, formula } from "@tokenyard/expression";
import { expect, test } from "vitest";
import { RESULT_WORDS } from "./points/words.ts";

const page = readFileSync(new URL("../../../docs/expressions.md", import.meta.url), "utf8");
const examples = /```\n([\s\S]*?)```/.exec(page)![1]!.trim().split("\n");

test.each(examples)("the example of docs/expressions.md is one: %s", (text) => {
  const read = /[<>=]/.test(text) ? condition : formula;
  expect(read(text, RESULT_WORDS).names.length).toBeGreaterThan(0);
});

test("what the page says of units is so", () => {
  expect(formula("memory.weights / cluster.gpu.bandwidth", RESULT_WORDS).unit).toBe("s");
  expect(formula("ceil(ttft.p99 / 1 s)", RESULT_WORDS).unit).toBe("");
  expect(condition("tokens.output / horizonSeconds >= 100 tokens/s", RESULT_WORDS).names).toEqual(["tokens.output", "horizonSeconds"]);
});
