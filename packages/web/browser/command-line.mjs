// The command line for tests of the page: its servers, and the files of a test.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const HOUSE = fileURLToPath(new URL("../../..", import.meta.url));
export const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
export const PLAN = "scenarios/deployment-plan/scenario.yaml";

/** Files of the tests; removed at the end. */
export const folder = mkdtempSync(join(tmpdir(), "tokenyard-browser-"));
const processes = [];

/** Starts the command line; it is ended with the tests. */
export function started(words, stdout = "ignore") {
  const child = spawn(process.execPath, [BIN, ...words], { cwd: HOUSE, stdio: ["ignore", stdout, "inherit"] });
  processes.push(child);
  return child;
}

/** The address at which `tokenyard serve` shows `files`. */
export function serving(...files) {
  const served = started(["serve", ...files], "pipe");
  return new Promise((resolve, reject) => {
    served.stdout.once("data", (text) => resolve(String(text).trim()));
    served.once("exit", (code) => reject(new Error(`serve ended with ${code}`)));
  });
}

/** Ends the servers, and removes the files. */
export function endServers() {
  for (const each of processes) each.kill("SIGINT");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
