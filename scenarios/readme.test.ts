import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));
const README = join(HOUSE, "README.md");
/** The block that README says `start` prints. */
const BLOCK = /(?<=`start` prints this[^\n]*\n\n```\n)[\s\S]*?(?=```\n)/;

// The program is run as it is built. `pnpm test` builds first; alone, run `pnpm run build` before. `pnpm gallery` writes the block again.
test("README shows what `start` prints, to the letter", async () => {
  const { scripts } = JSON.parse(readFileSync(join(HOUSE, "package.json"), "utf8"));
  const [, command] = /&& node (.*)$/.exec(scripts.start)!;
  const { stdout } = await promisify(execFile)(process.execPath, command!.split(" "), {
    cwd: HOUSE,
    env: { ...process.env, NO_COLOR: "1" },
  });
  const readme = readFileSync(README, "utf8");
  expect(readme).toMatch(BLOCK);
  await expect(readme.replace(BLOCK, () => stdout)).toMatchFileSnapshot(README);
});

/** Where README says up to which rate the GPU of its load meets its targets, with an engine and without. */
const CAPACITY = /(?<=`tokenyard capacity` finds [\s\S]{0,80} up to )[\d.]+(\s)requests\/s \([\d.]+(?= with `engine: ideal`)/;
const LOAD = /(?<=## Real load\n\n```yaml\n)[\s\S]*?(?=```\n)/;

test("README's load holds up to the rates that README says", { tags: "long" }, async () => {
  const readme = readFileSync(README, "utf8");
  expect(readme).toMatch(CAPACITY);
  const capacityOf = async (...options: string[]) => {
    const ran = promisify(execFile)(process.execPath, [
      join(HOUSE, "packages/cli/bin/tokenyard.js"),
      "capacity",
      "-",
      "--json",
      "--replications", // no intervals, which take hundreds of runs
      "8",
      ...options,
    ]);
    ran.child.stdin!.end(LOAD.exec(readme)![0]);
    return JSON.parse((await ran).stdout).capacity as number;
  };
  const withHost = await capacityOf();
  const without = await capacityOf("--set", "engine=ideal", "--set", "serving.scheduler=continuous");
  await expect(readme.replace(CAPACITY, (_, space) => `${withHost}${space}requests/s (${without}`)).toMatchFileSnapshot(README);
});
