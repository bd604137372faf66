import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";

const folder = mkdtempSync(join(tmpdir(), "completion-"));
afterAll(() => rmSync(folder, { recursive: true }));
const has = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

async function scriptFor(shell: string): Promise<string> {
  const { code, out, err } = await tokenyard(["completion", shell]);
  expect([code, err]).toEqual([0, ""]);
  const path = join(folder, `tokenyard.${shell}`);
  writeFileSync(path, out);
  return path;
}

/** What bash offers for the last of `words`. */
function offeredByBash(script: string, ...words: string[]): string[] {
  const ask = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tokenyard; printf '%s\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", ask, "bash", script, "tokenyard", ...words], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

test.runIf(has("bash"))("bash completes commands, their options, choices and presets, and leaves files to itself", async () => {
  const script = await scriptFor("bash");
  expect(offeredByBash(script, "s")).toEqual(["serve", "sweep", "schema"]);
  expect(offeredByBash(script, "run", "--s")).toEqual(["--set", "--seed", "--svg", "--spans", "--strict", "--sure"]);
  expect(offeredByBash(script, "run", "plan.yaml", "--wa")).toEqual(["--watch"]);
  expect(offeredByBash(script, "sweep", "plan.yaml", "--mode", "")).toEqual(["cross", "zip", "latin-hypercube", "sobol"]);
  expect(offeredByBash(script, "presets", "h1")).toEqual(["h100-sxm"]);
  expect(offeredByBash(script, "schema", "r")).toEqual(["report", "runs"]);
  expect(offeredByBash(script, "help", "au")).toEqual(["audit"]);
  for (const words of [
    ["run", "pl"],
    ["run", "--out", ""],
    ["sweep", "plan.yaml", "--seed", "-"],
  ])
    expect(offeredByBash(script, ...words)).toEqual([]);
});

test.runIf(has("zsh"))("zsh takes the script, and completes a command", async () => {
  const script = await scriptFor("zsh");
  const ask = `autoload -U compinit; compinit -u -d "$2"; source "$1"; print $_comps[tokenyard]`;
  const { stdout, stderr } = spawnSync("zsh", ["-f", "-c", ask, "zsh", script, join(folder, "dump")], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["_tokenyard\n", ""]);
});

test.runIf(has("fish"))("fish completes commands, options and choices", async () => {
  const script = await scriptFor("fish");
  const offered = (line: string) => {
    const { stdout, stderr } = spawnSync("fish", ["-N", "-c", `source $argv[1]; complete -C $argv[2]`, script, line], { encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout
      .trimEnd()
      .split("\n")
      .map((each) => each.split("\t")[0]);
  };
  expect(offered("tokenyard sw")).toEqual(["sweep"]);
  expect(offered("tokenyard run --wat")).toEqual(["--watch"]);
  expect(offered("tokenyard sweep --mode so")).toEqual(["sobol"]);
});

test("a shell that is none is answered with those that are", async () => {
  const { code, err } = await tokenyard(["completion", "tcsh"]);
  expect(code).toBe(2);
  expect(err).toContain("Allowed choices are bash, zsh, fish.");
});
