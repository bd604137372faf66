// How much a report's file grows by its timeline, for the bench of the page.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Spans of the first rank of each stage of `plan`, and the bytes that they add to the file which the program `bin` writes. */
export function timelineFile(bin, plan) {
  const folder = mkdtempSync(join(tmpdir(), "tokenyard-file-"));
  const written = (...words) => {
    const file = join(folder, "report.html");
    execFileSync(process.execPath, [bin, "run", plan, "--replications", "1", "--html", file, ...words], { stdio: "ignore" });
    return readFileSync(file, "utf8");
  };
  try {
    const [plain, whole] = [written(), written("--timeline")];
    return { spans: Number(/"length":(\d+)/.exec(whole)?.[1]), bytes: Buffer.byteLength(whole) - Buffer.byteLength(plain) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
