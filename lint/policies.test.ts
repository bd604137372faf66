import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const HALL = fileURLToPath(new URL("../simulator/src", import.meta.url));
const GATE = /kind [!=]== "(?:balanced|zipf|lognormal|dirichlet|drifting|correlated|recorded|grouped)"/;
const SCHEDULER = /scheduler\??\.kind [!=]==|kind [!=]== "(?:static|continuous|prefill-first|cadence)"/;
const FAULT = /kind [!=]== "(?:random|(?:gpu|link|node|expert|switch)-(?:lost|slow|flap)|process-hang)"/;

/** Files of the hall that `pattern` occurs in, tests apart. */
function filesWith(pattern: RegExp): string[] {
  const files = readdirSync(HALL, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.test|\.contract)\.ts$/.test(file));
  expect(files.length).toBeGreaterThan(100);
  return files.filter((file) => pattern.test(readFileSync(join(HALL, file), "utf8"))).map((file) => file.replaceAll("\\", "/"));
}

test("the hall asks gates, and knows none by its name", () => {
  expect(filesWith(GATE)).toEqual([]);
});

test("outside of what is known before a run, the hall knows no scheduler by its name", () => {
  expect(filesWith(SCHEDULER).filter((file) => !file.startsWith("setup/"))).toEqual([]);
});

test("the hall knows no fault by its name", () => {
  expect(filesWith(FAULT)).toEqual([]);
});
