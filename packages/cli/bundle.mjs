// Bundles the command line for a fast start: each command becomes a chunk that is loaded when it is called.
// The worker is an entry of its own, as threads are started from a file; so is the library's face, for the packed package.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { PlainNames } from "./plain-names.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** Gives commander and other CommonJS packages a `require` where there is none. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
const TYPICAL = join(HERE, "warm.yaml");
/** Below it a chunk is no script of its own. */
const SMALL_BYTES = 4096;

/** Commander can start other programs as commands, and loads what that takes; ours are all in the bundle. */
const NO_PROGRAMS = {
  name: "no-programs",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path, namespace: "none" } : null,
    );
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "" }));
  },
};

/** Bundles into `folder`, which is whole at any time: it is made beside it, and takes its place. Returns which files went where. */
export async function bundle(folder) {
  const outdir = `${folder}.new-${process.pid}`;
  const metafile = await bundled(outdir);
  const old = `${folder}.old-${process.pid}`;
  if (existsSync(folder)) renameSync(folder, old); // chunks have hashed names
  renameSync(outdir, folder);
  rmSync(old, { recursive: true, force: true });
  return metafile;
}

async function bundled(outdir) {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: HERE,
    entryPoints: { main: "src/main.ts", "point-worker": "src/workers/point-worker.ts", index: "src/index.ts" },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    conditions: ["source"], // the rooms as TypeScript; no build need come before this one
    external: ["pino", "piscina", "undici", "@duckdb/node-api", "bullmq", "ioredis"], // only for --verbose, studies, servers and queues
    banner: { js: REQUIRE },
    plugins: [NO_PROGRAMS],
    metafile: true,
    minifyWhitespace: true, // names stay, for the stack of a fault
    lineLimit: 160, // Node prints the line of an error that is not caught
    minifySyntax: true,
    logLevel: "warning",
  });
  const names = new PlainNames();
  for (const output of Object.keys(metafile.outputs)) {
    const chunk = join(HERE, output);
    writeFileSync(chunk, names.of(readFileSync(chunk, "utf8")));
  }
  const { status } = spawnSync(process.execPath, [join(HERE, "../web/build.mjs"), join(outdir, "web")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`the page was not built: ${status}`);
  await cacheCode(outdir, metafile);
  return metafile;
}

/**
 * Writes the chunks of the command line as scripts, and beside each the code that V8 makes of it in a typical run: `bin/code-cache.js` loads them.
 * What many commands share comes in dozens of chunks of few lines, which cost more to open than to read: they lie in the script of `main`.
 */
async function cacheCode(outdir, { outputs }) {
  mkdirSync(join(outdir, "scripts"));
  const chunks = Object.entries(outputs).map(([path, output]) => ({ name: basename(path, ".js"), ...output }));
  const named = (path) => chunks.find(({ name }) => name === basename(path, ".js"));
  const reached = new Set();
  const reach = (chunk) => {
    if (chunk === undefined || reached.has(chunk)) return;
    reached.add(chunk);
    for (const { path, external } of chunk.imports) if (external !== true) reach(named(path));
  };
  reach(named("main.js"));
  const small = [];
  for (const chunk of reached) {
    if (chunk.name === "main") continue;
    if (chunk.bytes < SMALL_BYTES) small.push(chunk.name);
    else await writeScript(outdir, chunk.name, [chunk.name]);
  }
  await writeScript(outdir, "main", ["main", ...small]);
  const metrics = join(outdir, "warm.metrics");
  warm(outdir, ["run", TYPICAL, "--json", "--metrics", metrics]);
  rmSync(metrics, { force: true });
  warm(outdir, ["run", TYPICAL, "--json", "--replications", "2", "--workers", "1"]); // adds what several seeds need
  warm(outdir, ["import", "vllm serve openai/gpt-oss-120b -tp 2", "--json"]); // adds the chunks that no run loads
}

/** Runs the command line `args` of the bundle in `outdir`, and keeps the code of chunks that have none yet. */
function warm(outdir, args) {
  const { status } = spawnSync(process.execPath, [join(HERE, "warm.mjs"), outdir, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`the bundle does not ${args[0]}: it ended with ${status}`);
}

/** Writes one script: an object with a function for each of the chunks that are named. */
async function writeScript(outdir, name, chunks) {
  const functions = [];
  for (const chunk of chunks) {
    const text = readFileSync(join(outdir, `${chunk}.js`), "utf8").replace(REQUIRE, "");
    const { code } = await transform(text, {
      format: "cjs",
      platform: "node",
      target: "node20.19",
      define: { "import.meta.url": "importMetaUrl" },
      supported: { "dynamic-import": false },
      charset: "ascii",
      minifyWhitespace: true,
    });
    if (!/^[\0-\x7f]*$/.test(code)) throw new Error(`${chunk}: not in ASCII, as \`bin/code-cache.js\` reads it`);
    functions.push(`${JSON.stringify(chunk)}: function (exports, require, module, importMetaUrl) {${code}\n}`);
  }
  writeFileSync(join(outdir, "scripts", `${name}.cjs`), `({${functions.join(",\n")}})`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(fileURLToPath(new URL("dist/bundle", import.meta.url)));
