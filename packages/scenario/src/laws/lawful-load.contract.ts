import { metricOf } from "../metrics/metrics.ts";

type Tree = Readonly<Record<string, unknown>>;

const ALONE = ["promptTokens", "outputTokens", "correlation"];
const LENGTHS = [...ALONE, "pairs"];

/** A generated workload with the rules between its keys kept; anything else as it is. */
export function lawfulLoad(tree: Tree): Tree {
  switch (tree["kind"]) {
    case "batch":
      return withLengths(tree);
    case "steady-decode":
      return { ...tree, measure: 20, outputTokens: 7 };
    case "closed":
      return mixed(tree);
    case "open":
      return mixed(arriving(tree, "requests"));
    case "sessions":
      return mixed(arriving(tree, "sessions"));
    case "trace":
      return {
        ...tree,
        sha256: "0af".padEnd(64, "9"),
        from: "1 s",
        to: "8e6 s",
        ...("classes" in tree ? { classes: listOf(tree, "classes").map(named) } : {}),
      };
    default:
      return tree;
  }
}

function mixed(tree: Tree): Tree {
  if (!("classes" in tree)) return withLengths(uncached(tree));
  const cached = tree["kind"] === "sessions" ? ["cachedTokens"] : [];
  return {
    ...without(tree, [...LENGTHS, "prefix", "cachedTokens"]),
    classes: listOf(tree, "classes").map((each, i) => withLengths(uncached(without(named(each, i), cached)))),
  };
}

/** Prefixes are found in a cache, or so many tokens are stated to be there. */
function uncached(tree: Tree): Tree {
  return "prefix" in tree ? without(tree, ["cachedTokens"]) : tree;
}

function named(each: Tree, i: number): Tree {
  const targets = Object.entries((each["targets"] ?? {}) as object).filter(([name]) => metricOf(name)?.unit === "s");
  return { ...each, name: `class ${i}`, targets: Object.fromEntries(targets) };
}

function withLengths(tree: Tree): Tree {
  if ("pairs" in tree) return { ...without(tree, ALONE), pairs: listOf(tree, "pairs").map((pair) => ({ ...pair, weight: 2 })) };
  const apart: Tree = { ...tree, promptTokens: tree["promptTokens"] ?? 8, outputTokens: tree["outputTokens"] ?? 8 };
  const isLognormal = [apart["promptTokens"], apart["outputTokens"]].every((drawn) => (drawn as Tree)["kind"] === "lognormal");
  return isLognormal ? apart : without(apart, ["correlation"]);
}

function arriving(tree: Tree, key: string): Tree {
  const ended: Tree = "duration" in tree ? tree : { ...tree, [key]: tree[key] ?? 5 };
  const arrivals = tree["arrivals"] as Tree | undefined;
  const rated: Tree = { ...ended, rate: "3 requests/s" };
  switch (arrivals?.["kind"]) {
    case "stages":
      return { ...without(ended, ["rate"]), arrivals: { ...arrivals, stages: [{ rate: "1 requests/s", duration: "2 s" }] } };
    case "diurnal":
      return { ...rated, arrivals: { ...arrivals, period: "60 s", curve: [...(arrivals["curve"] as number[]), 1] } };
    case "on-off":
      return { ...rated, arrivals: { ...arrivals, on: "1 s" } };
    default:
      return rated;
  }
}

function listOf(tree: Tree, key: string): readonly Tree[] {
  return tree[key] as readonly Tree[];
}

function without(tree: Tree, keys: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => !keys.includes(key)));
}
