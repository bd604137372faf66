/** @module-tag long */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));

// Scripts use the library as others do: built, by its name. `pnpm test` builds first; alone, run `pnpm run build` before.
test("sweep-degrees/sweep.mjs prints, over all cores, the table that is kept beside it", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(GALLERY, "sweep-degrees/sweep.mjs")]);
  await expect(stdout).toMatchFileSnapshot(join(GALLERY, "sweep-degrees/sweep.txt"));
});
