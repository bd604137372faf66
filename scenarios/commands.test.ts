/** @module-tag long */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const HOUSE = join(GALLERY, "..");
const PROGRAM = join(HOUSE, "packages/cli/bin/tokenyard.js");

/** A command in the README of a folder whose output is kept beside it, in a file of the command's name. */
interface Kept {
  readonly folder: string;
  readonly command: string;
  readonly file: string;
}

const kept = readdirSync(GALLERY).flatMap((folder): Kept[] => {
  const readme = join(GALLERY, folder, "README.md");
  if (!existsSync(readme)) return [];
  const lines = readFileSync(readme, "utf8").matchAll(/^ {4}tokenyard ((\w+) .*)$/gm);
  return [...lines].map(([, command, name]) => ({ folder, command: command!, file: join(GALLERY, folder, `${name}.txt`) }));
});

// The program is run as it is built. `pnpm test` builds first; alone, run `pnpm run build` before.
test.each(kept)("in $folder, `tokenyard $command` prints what is kept", async ({ command, file }) => {
  const line = `"${process.execPath}" "${PROGRAM}" ${command}`; // read by the shell, as a reader would paste it
  const { stdout } = await promisify(execFile)("sh", ["-c", line], {
    cwd: HOUSE,
    env: { ...process.env, NO_COLOR: "1" },
    maxBuffer: 1 << 26,
  });
  await expect(stdout).toMatchFileSnapshot(file);
});
