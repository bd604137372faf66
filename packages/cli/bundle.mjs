// Bundles the command line for a fast start: each command becomes a chunk that is loaded when it is called.
// The worker is an entry of its own, as threads are started from a file; so is the library's face, for the packed package.
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Bundles into `outdir`; tells which files went where. */
export async function bundle(outdir) {
  rmSync(outdir, { recursive: true, force: true }); // chunks have hashed names
  const { metafile } = await build({
    absWorkingDir: HERE,
    entryPoints: ["src/main.ts", "src/point-worker.ts", "src/index.ts"],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    conditions: ["source"], // the rooms as TypeScript; no build need come before this one
    external: ["pino", "piscina", "@duckdb/node-api"], // only for --verbose and for studies
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }, // commander is CommonJS
    metafile: true,
    logLevel: "warning",
  });
  const isAsset = (path) => !/\.[^.]+$/.test(path) || /\.(html|css|js)$/.test(path);
  cpSync(`${HERE}src/page`, `${outdir}/page`, { recursive: true, filter: isAsset }); // read when a page is written
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(fileURLToPath(new URL("dist/bundle", import.meta.url)));
