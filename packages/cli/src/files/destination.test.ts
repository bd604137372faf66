import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileProblems } from "./destination.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenyard-destination-"));
const told = (path: string) => fileProblems(path).map(({ message }) => message);

test("a file may be written anew, and in the place of one; nothing is left of the trial", () => {
  const file = join(folder, "there.om");
  writeFileSync(file, "kept");
  expect(told(file)).toEqual([]);
  expect(told(join(folder, "new.om"))).toEqual([]);
  expect(readdirSync(folder)).toEqual(["there.om"]);
});

test("devices and pipes do not lose their place to a file, nor do folders; a name that cannot be is told", () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  symlinkSync(pipe, join(folder, "to-pipe.csv"));
  symlinkSync("round", join(folder, "round"));
  expect(told(pipe)).toEqual(["cannot be written: a device or a pipe stands where a file is wanted"]);
  expect(told(join(folder, "to-pipe.csv"))).toEqual(["cannot be written: a device or a pipe stands where a file is wanted"]);
  expect(told("/dev/null")).toEqual(["cannot be written: a device or a pipe stands where a file is wanted"]);
  expect(told(folder)).toEqual(["cannot be written: a folder stands where a file is wanted"]);
  expect(told(join(folder, "round"))).toEqual(["cannot be written: its links lead round in a circle"]);
  expect(told(join(folder, "x".repeat(300)))).toEqual(["cannot be written: its name is too long"]);
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});
