import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { HOUSE } from "./command-line.mjs";

/** The command in the last line that `pnpm start` prints on a terminal, as words after the program's name. */
export async function startLine() {
  const { scripts } = JSON.parse(readFileSync(join(HOUSE, "package.json"), "utf8"));
  const command = scripts.start.split(" && ").at(-1); // the project is built
  const { stdout } = await promisify(execFile)("script", ["-qec", command, "/dev/null"], { cwd: HOUSE, maxBuffer: 1 << 24 });
  const line = stdout.trimEnd().split("\n").at(-1).trim();
  const words = /^on a page: .*\btokenyard (serve .*)$/.exec(line)?.[1];
  if (words === undefined) throw new Error(`pnpm start ends with ${JSON.stringify(line)}, which is no command of the page`);
  return words.split(" ");
}
