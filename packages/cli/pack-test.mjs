// Packs the command line and tries the tarball as a stranger would, in an empty folder: `npx tokenyard run`, the library from a
// script, and its types under a strict compiler. `pnpm test:pack`.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenyard-pack-"));
const inFolder = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

const SCRIPT = `import { loadScenario, simulate } from "tokenyard";
import { readFileSync } from "node:fs";
const read = (path) => readFileSync(path, "utf8");
const { scenario } = loadScenario(read("scenario.yaml"), { read, path: "scenario.yaml" });
console.log(simulate(scenario).ttftSeconds.mean);
`;
const TYPED = `import { loadScenario, type Report, type Scenario, simulate } from "tokenyard";
const scenario: Scenario = loadScenario("", { read: (path: string) => path }).scenario;
const report: Report = simulate(scenario);
export const mean: number | undefined = report.ttftSeconds?.mean;
export const layers: number = scenario.model.layers;
// @ts-expect-error a report has no such field
export const none = report.noSuchField;
`;
/** A stranger's compilers, the oldest and the newest that are tried, and how they find modules. */
const COMPILERS = ["typescript-5.9", "typescript-7"];
const RESOLUTIONS = [
  { module: "ESNext", moduleResolution: "bundler" },
  { module: "Node16", moduleResolution: "node16" },
];

try {
  execFileSync("npx", ["-y", "pnpm@10", "--filter", "tokenyard", "pack", "--pack-destination", folder], {
    cwd: HOUSE,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  cpSync(join(HOUSE, "scenarios/two-ranks/scenario.yaml"), join(folder, "scenario.yaml"));
  inFolder(
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    `./${tarball}`,
    ...COMPILERS.map((name) => `${name}@npm:${name.replace("-", "@")}`),
    "@types/node@20",
  );

  const { ttftSeconds } = JSON.parse(inFolder("npx", "--no-install", "tokenyard", "run", "scenario.yaml", "--json"));
  expect("npx tokenyard run", ttftSeconds.mean, 0.0012246);
  writeFileSync(join(folder, "script.mjs"), SCRIPT);
  expect("the library", Number(inFolder("node", "script.mjs")), 0.0012246);
  writeFileSync(join(folder, "typed.ts"), TYPED);
  for (const resolution of RESOLUTIONS) {
    const compilerOptions = {
      ...resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      target: "ES2023",
      types: ["node"],
      noEmit: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.ts"] })); // no skipLibCheck: our own types too
    for (const compiler of COMPILERS) inFolder("node", `node_modules/${compiler}/bin/tsc`, "-p", ".");
  }
  console.log(`${tarball}: runs with npx, from a script, and under the compiler`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what} gives a TTFT of ${found} s, wanted ${wanted} s`);
}
