// Runs the gallery through the command line on every Node that is given, or 20, 22, 24 and 26, and compares the bytes of its
// reports with golden.json: `pnpm test:nodes [MAJOR…]`. The Nodes come from npm's package `node`.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { HOUSE } from "../house.ts";
import { differences, type Hashes, keptHashes, VERIFIED } from "./gallery.ts";

const run = promisify(execFile);
const MAJORS = ["20", "22", "24", "26"];
const MOST_BYTES = 1 << 28;

/** The version of Node `major`, and the hash of each report that it makes. */
async function hashesOf(
  major: string,
  folders: readonly string[],
): Promise<{ readonly version: string; readonly hashes: Hashes; readonly verified: string }> {
  const node = async (...args: string[]) => {
    const all = ["--yes", "--package", `node@${major}`, "--", "node", ...args];
    return (await run("npx", all, { cwd: HOUSE, maxBuffer: MOST_BYTES })).stdout;
  };
  const version = (await node("--version")).trim();
  if (!version.startsWith(`v${major}.`)) throw new Error(`asked for Node ${major}, got ${version}`);
  const files = folders.map((folder) => join("scenarios", folder, "scenario.yaml"));
  const lines = (await node("packages/cli/bin/tokenyard.js", "run", "--json", "--replications", "1", ...files)).split(/(?<=\n)/);
  if (lines.length !== folders.length) throw new Error(`Node ${major} printed ${lines.length} reports of ${folders.length} scenarios`);
  const plans = VERIFIED.map((folder) => join("scenarios", folder, "scenario.yaml"));
  const verified = await node("packages/cli/bin/tokenyard.js", "verify", "--json", "--formats", ...plans);
  const hash = (line: string) => createHash("sha256").update(line).digest("hex");
  return { version, verified, hashes: Object.fromEntries(folders.map((folder, i) => [folder, hash(lines[i]!)])) };
}

const kept = keptHashes();
const majors = process.argv.length > 2 ? process.argv.slice(2) : MAJORS;
const folders = Object.keys(kept);
let different = 0;
const all = await Promise.all(majors.map((major) => hashesOf(major, folders)));
for (const { version, hashes, verified } of all) {
  const found = differences(`Node ${version}`, hashes, kept);
  for (const line of found) console.error(line);
  console.log(`Node ${version}: ${folders.length - found.length} of ${folders.length} reports have the kept bytes`);
  different += found.length;
  if (verified === all[0]!.verified) continue;
  console.error(`Node ${version}: plans are verified in other bytes than on Node ${all[0]!.version}`);
  different++;
}
process.exitCode = different > 0 ? 1 : 0;
