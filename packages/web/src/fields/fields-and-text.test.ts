import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { resolvedOf } from "@tokenyard/scenario";
import { expect } from "vitest";
import { loadedSource } from "../worker/source.ts";
import { editedText } from "./edited-text.ts";
import { fieldsOf, stepped } from "./field.ts";

const read = (name: string) => readFileSync(new URL(`../../../../scenarios/${name}/scenario.yaml`, import.meta.url), "utf8");
const texts = Object.fromEntries(
  ["deployment-plan", "poisson-load", "disaggregated", "mixtral-h100", "prefix-cache"].map((name) => [name, read(name)]),
);
const fieldsOfText = (text: string) => fieldsOf(resolvedOf(loadedSource({ text, path: "a.yaml", files: {} }, () => []).scenario));

test.each(Object.keys(texts))("%s has fields for what matters in it", (name) => {
  const paths = fieldsOfText(texts[name]!).map(({ path }) => path.join("."));
  expect(paths).toContain("parallelism.tensor");
  expect(paths.length).toBeGreaterThan(5);
  expect(new Set(paths).size).toBe(paths.length);
});

test.prop([fc.constantFrom(...Object.keys(texts)), fc.nat(30), fc.boolean()], { numRuns: 40 })(
  "fields and text never disagree: what a field is set to is what the text then says, and no other field moves",
  (name, at, up) => {
    const text = texts[name]!;
    const fields = fieldsOfText(text);
    const field = fields[at % fields.length]!;
    const value = stepped(field, up);
    if (value === undefined) return;
    const edited = editedText(text, field.path, value);
    if (edited === undefined) return; // it comes from a preset
    expect(edited.match(/#.*/g)).toEqual(text.match(/#.*/g));
    let after: ReturnType<typeof fieldsOf>;
    try {
      after = fieldsOfText(edited);
    } catch {
      return; // a plan that cannot be: the page says so
    }
    expect(after.find(({ path }) => path.join(".") === field.path.join("."))!.number).toBe(Number.parseFloat(value));
    const others = (all: typeof fields) =>
      all.filter(({ path }) => path.join(".") !== field.path.join(".")).map(({ path, value: own }) => [path.join("."), own]);
    const expertFollows = field.path.join(".").startsWith("parallelism"); // degrees may follow each other
    if (!expertFollows) expect(others(after)).toEqual(others(fields));
  },
);

test("a step doubles or halves a degree, goes a tenth further for a rate, and one further for a seed", () => {
  const at = (path: string, name: string) => fieldsOfText(texts[name]!).find((field) => field.path.join(".") === path)!;
  expect([stepped(at("parallelism.tensor", "deployment-plan"), true), stepped(at("parallelism.data", "deployment-plan"), false)]).toEqual([
    "4",
    undefined,
  ]);
  expect([stepped(at("workload.rate", "poisson-load"), true), stepped(at("workload.rate", "poisson-load"), false)]).toEqual([
    "8.8 requests/s",
    "7.27 requests/s",
  ]);
  expect(stepped(at("seed", "poisson-load"), true)).toBe("2");
});
