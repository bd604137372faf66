import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadScenario, resolvedOf } from "@tokenyard/scenario";
import { parse } from "yaml";
import { isPrepared } from "./case.ts";
import type { Tree } from "./tree.ts";

/**
 * What the mutations begin with: each scenario of the gallery as it is written and as it resolves, with few layers and a small batch, those
 * under load with small loads of every kind too; and its files.
 */
export function gallerySeeds(gallery: string): { readonly trees: readonly Tree[]; read(path: string): string } {
  // `fuzz/scenario.yaml` stands beside the folders of the gallery
  const texts = new Map<string, string>();
  const read = (path: string) => {
    if (!texts.has(path)) texts.set(path, textAt(join(gallery, resolve("/", path))));
    return texts.get(path)!;
  };
  const paths = readdirSync(gallery, { recursive: true, encoding: "utf8" }).filter((path) => /^[^/]+\/[^/]+\.yaml$/.test(path));
  const trees = paths.sort().flatMap((path) => {
    const text = read(path);
    const { scenario } = loadScenario(text, { read, path });
    const small = scenario.workload.kind === "batch" ? [SMALL_BATCH] : [SMALL_BATCH, ...SMALL_LOADS];
    return [parse(text), resolvedOf(scenario)].flatMap((tree) => {
      const layers = fewestLayers({ ...tree, workload: SMALL_BATCH }, read);
      return small.map((workload) => ({ ...withLayers(tree, layers), workload }));
    });
  });
  return { trees, read };
}

function textAt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new Error("no such file");
  }
}

/** First of a few numbers of layers with which `tree` runs; undefined if it runs only as it is. */
function fewestLayers(tree: { [key: string]: Tree }, read: (path: string) => string): number | undefined {
  return [2, 4, 8, 16].find((layers) => isPrepared(withLayers(tree, layers), read));
}

function withLayers(tree: { [key: string]: Tree }, layers: number | undefined): { [key: string]: Tree } {
  if (layers === undefined) return tree;
  const { model } = tree;
  if (typeof model === "string") return { ...tree, model: { preset: model, layers } };
  return { ...tree, model: { ...(model as { [key: string]: Tree }), layers } };
}

const LENGTHS = { promptTokens: { kind: "uniform", from: 1, to: 700 }, outputTokens: { kind: "uniform", from: 1, to: 4 } };
const SMALL_BATCH = { kind: "batch", sequences: 8, ...LENGTHS };
const MIX = {
  classes: [
    { name: "soon", ...LENGTHS, targets: { "ttft.p99": "10 ms" } },
    { name: "later", priority: 1, share: 2, ...LENGTHS },
  ],
};
const SMALL_LOADS = [
  { kind: "open", requests: 9, rate: "400 requests/s", ...LENGTHS },
  { kind: "open", requests: 9, rate: "90 requests/s", arrivals: { kind: "on-off", on: "20 ms", off: "50 ms", quiet: "5 %" }, ...MIX },
  { kind: "open", duration: "30 ms", arrivals: { kind: "stages", stages: [{ rate: "500 requests/s", duration: "20 ms" }] }, ...LENGTHS },
  { kind: "closed", requests: 9, concurrency: 3, thinkTime: "1 ms", ...LENGTHS },
  { kind: "sessions", sessions: 4, rate: "50 requests/s", turns: { kind: "uniform", from: 1, to: 4 }, systemTokens: 60, ...LENGTHS },
  { kind: "trace", path: "../trace-replay/own.csv", format: "csv", to: "4 s", speed: 3 },
  { kind: "trace", path: "../trace-replay/mooncake.jsonl", format: "mooncake", to: "2 s" },
];
