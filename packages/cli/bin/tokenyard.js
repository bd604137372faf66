#!/usr/bin/env node
import { existsSync } from "node:fs";

const bundle = new URL("../dist/bundle/main.js", import.meta.url); // made by `pnpm run build`
if (existsSync(bundle)) {
  await import(bundle.href);
} else {
  console.error("tokenyard is not built yet; build it first: npx -y pnpm@10 run build");
  process.exitCode = 3;
}
