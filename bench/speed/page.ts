import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { HOUSE } from "../house.ts";
import type { Effort } from "./best.ts";
import type { Row } from "./row.ts";

/** The page in headless Chromium: its sizes, how soon it answers, and frames of its timeline. Throws where there is no Chromium, or the page does not run. */
export async function page({ quick }: Effort): Promise<Row[]> {
  const script = join(HOUSE, "packages/web/page-bench.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...(quick ? ["--quick"] : [])], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the page was not measured:\n${stderr}`);
  return JSON.parse(stdout);
}
