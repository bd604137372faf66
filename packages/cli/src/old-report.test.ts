import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tokenyard } from "./fixtures/tokenyard.ts";

/** The report of six requests to Llama 3.1 8B on an H100, of a version that took no engine unasked. */
const old = readFileSync(new URL("fixtures/report-without-engine.json", import.meta.url), "utf8");

test("a report of a version without engines is replayed with ideal steps", async () => {
  expect(await tokenyard(["replay", "-"], { input: old })).toEqual({ code: 0, out: "stdin: the same report\n", err: "" });
});

test("and gives another with the engine that its scenario would have now", async () => {
  const { resolved } = JSON.parse(old).scenario;
  const { out } = await tokenyard(["run", "-", "--json", "--replications", "1", "--set", "engine=vllm"], {
    input: JSON.stringify(resolved),
  });
  expect(JSON.parse(out).tpotSeconds.mean).toBeGreaterThan(JSON.parse(old).tpotSeconds.mean);
});
