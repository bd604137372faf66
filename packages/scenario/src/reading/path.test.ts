import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { joinedPath, relativePath } from "./path.ts";

describe("a path as another file would name it", () => {
  test.each([
    ["a/b/main.yaml", "a/b/t.csv", "t.csv"],
    ["a/b/main.yaml", "a/c/t.csv", "../c/t.csv"],
    ["main.yaml", "a/t.csv", "a/t.csv"],
    ["/x/a/main.yaml", "/x/t.csv", "../t.csv"],
    ["../a/main.yaml", "../a/t.csv", "t.csv"],
    ["main.yaml", "/x/t.csv", "/x/t.csv"],
    ["../a/main.yaml", "t.csv", "t.csv"],
  ])("%s names %s as %s", (from, path, wanted) => {
    expect(relativePath(from, path)).toBe(wanted);
  });

  const folder = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }).map((steps) => steps.map((step) => `${step}/`).join(""));
  test.prop([folder, folder])("leads back to it", (from, to) => {
    expect(joinedPath(`${from}main.yaml`, relativePath(`${from}main.yaml`, `${to}t.csv`))).toBe(`${to}t.csv`);
  });
});
