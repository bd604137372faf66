#!/usr/bin/env node
// CommonJS, as the loader of modules and what that loads takes Node a tenth of its start.
const { existsSync } = require("node:fs");
const nodeModule = require("node:module");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

const bundle = join(__dirname, "../dist/bundle"); // made by `pnpm run build`
const main = join(bundle, "main.js");
if (!existsSync(main)) {
  console.error("tokenyard is not built yet; build it first: npx -y pnpm@10 run build");
  process.exitCode = 3;
} else if (nodeModule.enableCompileCache !== undefined) {
  nodeModule.enableCompileCache();
  import(pathToFileURL(main).href).catch(explain);
} else {
  const { CachedChunks, collectInLongRuns, keepFreedMemory } = require("./code-cache.js");
  try {
    keepFreedMemory();
    new CachedChunks(bundle).load("main");
    collectInLongRuns();
  } catch (error) {
    explain(error);
  }
}

/** A part that is not there is no fault to be reported with its stack. What a command loads later, it reports in the same words. */
function explain(error) {
  if (error?.code !== "ENOENT" && error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
  console.error("a part of tokenyard is missing: it is being built, or not whole; try again, or build it: npx -y pnpm@10 run build");
  process.exitCode = 3;
}
