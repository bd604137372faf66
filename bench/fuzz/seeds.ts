import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadScenario, resolvedOf } from "@tokenyard/scenario";
import { parse } from "yaml";
import type { Tree } from "./mutation.ts";

/** What the mutations begin with: each scenario of the gallery as it is written and as it resolves, its batch made small; and its files. */
export function gallerySeeds(gallery: string): { readonly trees: readonly Tree[]; read(path: string): string } {
  // `fuzz/scenario.yaml` stands beside the folders of the gallery
  const read = (path: string) => {
    try {
      return readFileSync(join(gallery, resolve("/", path)), "utf8");
    } catch {
      throw new Error("no such file");
    }
  };
  const paths = readdirSync(gallery, { recursive: true, encoding: "utf8" }).filter((path) => /^[^/]+\/[^/]+\.yaml$/.test(path));
  const trees = paths.sort().flatMap((path) => {
    const text = read(path);
    const { scenario } = loadScenario(text, { read, path });
    return [parse(text), resolvedOf(scenario)].map((tree) => ({ ...tree, workload: { ...tree.workload, ...SMALL_BATCH } }));
  });
  return { trees, read };
}

const SMALL_BATCH = { kind: "batch", sequences: 8, outputTokens: { kind: "uniform", from: 1, to: 4 } };
