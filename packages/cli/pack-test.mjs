// Packs the command line, checks what is in the tarball and that npm would publish it, and tries it as a stranger would, in an empty
// folder: `npx tokenyard`, the library from a script, and its types under strict compilers. `pnpm test:pack`.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
export const mean: number | null | undefined = report.ttftSeconds?.mean;
export const layers: number = scenario.model.layers;
// @ts-expect-error a report has no such field
export const none = report.noSuchField;
`;
/** The example of the library in the README, which is to pass a strict compiler too. */
const [, README] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(HOUSE, "README.md"), "utf8"));
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

  checkPackage(join(folder, "node_modules/tokenyard"));
  execFileSync("npm", ["publish", "--dry-run", "--loglevel=error", `./${tarball}`], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  checkUncaught();
  inFolder("npx", "--no-install", "tokenyard", "init");
  inFolder("npx", "--no-install", "tokenyard", "run", "plan.yaml", "node_modules/tokenyard/scenarios/deployment-plan/scenario.yaml");

  const { ttftSeconds } = JSON.parse(inFolder("npx", "--no-install", "tokenyard", "run", "scenario.yaml", "--json"));
  expect("npx tokenyard run", ttftSeconds.mean, 0.0012246);
  checkPages();
  writeFileSync(join(folder, "script.mjs"), SCRIPT);
  expect("the library", Number(inFolder("node", "script.mjs")), 0.0012246);
  writeFileSync(join(folder, "typed.ts"), TYPED);
  writeFileSync(join(folder, "readme.ts"), README);
  for (const resolution of RESOLUTIONS) {
    const compilerOptions = {
      ...resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      target: "ES2023",
      types: ["node"],
      noEmit: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.ts", "readme.ts"] })); // no skipLibCheck: our own types too
    for (const compiler of COMPILERS) inFolder("node", `node_modules/${compiler}/bin/tsc`, "-p", ".");
  }
  console.log(`${tarball}: may be published, runs with npx, from a script, and under the compiler`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what} gives a TTFT of ${found} s, wanted ${wanted} s`);
}

/** The pages are in the package: a report's file, and the whole page with a plan as one file. */
function checkPages() {
  inFolder("npx", "--no-install", "tokenyard", "run", "scenario.yaml", "--replications", "1", "--html", "report.html");
  inFolder("npx", "--no-install", "tokenyard", "serve", "scenario.yaml", "--save", "page.html");
  for (const [file, words] of [
    ["report.html", "the mean TTFT is 1.22 ms"],
    ["page.html", "name: two-ranks"],
  ]) {
    if (!readFileSync(join(folder, file), "utf8").includes(words)) throw new Error(`${file} of the package does not hold "${words}"`);
  }
}

/** A mistake that a script does not catch is printed with its message, and not with all of the bundle: Node prints the line that threw. */
function checkUncaught() {
  writeFileSync(
    join(folder, "uncaught.mjs"),
    'import { parseScenario } from "tokenyard";\nparseScenario({ tokenyard: 1, model: "nope" });\n',
  );
  const { status, stderr } = spawnSync(process.execPath, ["uncaught.mjs"], { cwd: folder, encoding: "utf8" });
  const isBrief = status === 1 && stderr.includes("Problems: model: nope given; wanted") && stderr.length < 10_000;
  if (!isBrief) throw new Error(`an uncaught mistake prints ${stderr.length} characters: ${stderr.slice(0, 200)}`);
}

/** Name, licence, files, dependencies and the README of the package that lies in `home`, as npm installed it. */
function checkPackage(home) {
  const wrong = [];
  const check = (what, holds) => holds || wrong.push(what);
  const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const house = JSON.parse(readFileSync(join(HOUSE, "packages/cli/package.json"), "utf8"));
  const { name, version, license, description, keywords, engines, bin, exports, dependencies, optionalDependencies, devDependencies } =
    manifest;
  check("name and version", name === "tokenyard" && version === house.version && /^\d+\.\d+\.\d+$/.test(version));
  check("a licence that lies there", license === "Apache-2.0" && readFileSync(join(home, "LICENSE"), "utf8").includes("Apache License"));
  check("what it is", description.length > 20 && keywords.length > 3 && engines.node === ">=20.19");
  check("not private", manifest.private === undefined);
  const versions = Object.values({ ...dependencies, ...optionalDependencies });
  check("versions of the registry", versions.length > 0 && versions.every((each) => /^\^\d/.test(each)));
  check(
    "no dependency on a room",
    devDependencies === undefined || !Object.values(devDependencies).some((each) => /workspace|catalog/.test(each)),
  );
  for (const path of [bin.tokenyard, exports["."].types, exports["."].default]) check(`${path} is there`, existsSync(join(home, path)));
  check("it can be started", (statSync(join(home, bin.tokenyard)).mode & 0o100) !== 0);

  const files = readdirSync(home, { recursive: true, encoding: "utf8" }).filter((file) => statSync(join(home, file)).isFile());
  for (const file of [
    "README.md",
    "CHANGELOG.md",
    "scenarios/scenario.schema.json",
    "scenarios/two-ranks/scenario.yaml",
    "docs/models.md",
  ]) {
    check(`${file} is there`, files.includes(file));
  }
  const foreign = files.filter((file) =>
    /\.(test|contract)\.|\.map$|tsbuildinfo|\.mjs$|(^|\/)src\/|golden\.json$/.test(file.replace(/^node_modules\/.*/, "")),
  );
  check(`nothing else: ${foreign.slice(0, 3).join(", ")}`, foreign.length === 0);
  const bytes = files.filter((file) => !file.startsWith("node_modules")).reduce((sum, file) => sum + statSync(join(home, file)).size, 0);
  check(`small: ${bytes} bytes`, bytes < 20e6); // 4.6 MB of them are the page, and 0.6 its pictures
  for (const file of files.filter((each) => /^(README\.md|docs\/.*\.md)$/.test(each))) {
    for (const [, link] of readFileSync(join(home, file), "utf8").matchAll(/\]\((?!https?:)([^)#\s]+)/g)) {
      const target = join(home, dirname(file), link);
      check(`${file} links to ${link}, which is there`, existsSync(target) || /\.ts$/.test(link)); // sources stay in the house
    }
  }
  if (wrong.length > 0) throw new Error(`the package is not what it should be: wanted ${wrong.join("; ")}`);
}
