import { expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";

const WRONG = ["sweep", "none.yaml", "--rows", "x", "--workers", "0", "--seed", "-1", "--html", ""];
const ROWS = "option '--rows <n>' argument 'x' is invalid. wanted a whole number from 1 on";
const WORKERS = "option '--workers <n>' argument '0' is invalid. wanted a whole number from 1 on";
const SEED = "option '--seed <n>' argument '-1' is invalid. wanted a whole number from 0 to 9007199254740991";
const HTML = "option '--html <file>' argument '' is invalid. wanted a name";

test("all values that options cannot take are reported at once", async () => {
  const { code, out, err } = await tokenyard(WRONG);
  expect(code).toBe(2);
  expect(out).toBe("");
  for (const message of [ROWS, WORKERS, SEED, HTML]) expect(err).toContain(`error: ${message}\n`);
});

test("so they are with --json, as problems", async () => {
  const { code, out, err } = await tokenyard([...WRONG, "--json"]);
  expect(code).toBe(2);
  expect(err).toBe("");
  const { problems } = JSON.parse(out);
  expect(problems.map(({ message }: { message: string }) => message).sort()).toEqual([HTML, ROWS, SEED, WORKERS].sort());
});

test("the last of several values counts", async () => {
  expect((await tokenyard(["sweep", "none.yaml", "--rows", "x", "--rows", "3"])).err).not.toContain("--rows");
});
