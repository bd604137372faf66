/** @module-tag long */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = join(GALLERY, "../packages/cli/bin/tokenyard.js");

// Scripts use the library as others do: built, by its name. `pnpm test` builds first; alone, run `pnpm run build` before.
test("sweep-degrees/sweep.mjs prints, over all cores, the table that is kept beside it", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(GALLERY, "sweep-degrees/sweep.mjs")]);
  await expect(stdout).toMatchFileSnapshot(join(GALLERY, "sweep-degrees/sweep.txt"));
});

test("capacity prints of poisson-load what is kept beside it", { timeout: 300_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "capacity", join(GALLERY, "poisson-load/scenario.yaml")]);
  await expect(stdout).toMatchFileSnapshot(join(GALLERY, "poisson-load/capacity.txt"));
});
