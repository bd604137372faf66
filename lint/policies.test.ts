import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folderOf = (room: string) => fileURLToPath(new URL(`../${room}/src`, import.meta.url));
const HALL = folderOf("simulator");
const GATE = /kind [!=]== "(?:balanced|zipf|lognormal|dirichlet|drifting|correlated|recorded|grouped)"/;
const SCHEDULER = /scheduler\??\.kind [!=]==|kind [!=]== "(?:static|continuous|prefill-first|cadence)"/;
const FAULT = /kind [!=]== "(?:random|(?:gpu|link|node|expert|switch)-(?:lost|slow|flap)|process-hang)"/;
const KIND = /(?:case|[!=]==) "(?:(?:gpu|link|node|expert|switch)-(?:lost|slow|flap)|process-hang)"/;
const LOSS = /case "(?:hang|shrink|reroute)"|(?<!overflow\.)kind [!=]== "(?:hang|restart|replace|shrink|mask|reroute)"/;

/** Files of the hall, or of another `folder`, that `pattern` occurs in, tests apart. */
function filesWith(pattern: RegExp, folder = HALL): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.test|\.contract)\.ts$/.test(file));
  expect(files.length).toBeGreaterThan(40);
  return files.filter((file) => pattern.test(readFileSync(join(folder, file), "utf8"))).map((file) => file.replaceAll("\\", "/"));
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

test("what differs between kinds of faults is data: one switch knows them by their names", () => {
  expect(filesWith(KIND, folderOf("packages/resilience"))).toEqual(["fault-kinds/fault-kind-of.ts"]);
  for (const room of ["simulator", "packages/study"]) expect(filesWith(KIND, folderOf(room))).toEqual([]);
});

test("what a replica does after a loss is data: one switch knows its policies by their names", () => {
  expect(filesWith(LOSS, folderOf("packages/resilience"))).toEqual(["loss-policy.ts"]);
  for (const room of ["simulator", "packages/study"]) expect(filesWith(LOSS, folderOf(room))).toEqual([]);
});
