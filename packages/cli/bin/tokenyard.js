#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const bundle = new URL("../dist/bundle/", import.meta.url); // made by `pnpm run build`
const main = new URL("main.js", bundle);
if (!existsSync(main)) {
  console.error("tokenyard is not built yet; build it first: npx -y pnpm@10 run build");
  process.exitCode = 3;
} else if (module.enableCompileCache !== undefined) {
  module.enableCompileCache();
  await import(main.href);
} else {
  const { CachedChunks } = await import("./code-cache.js");
  new CachedChunks(fileURLToPath(bundle)).load("main");
}
