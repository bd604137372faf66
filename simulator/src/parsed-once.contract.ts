import { parseScenario, type Scenario } from "@tokenyard/scenario";

/** Scenarios that are kept: more than the properties of a file draw. */
const MOST = 1000;

/** By the tree's text, the oldest first. */
const kept = new Map<string, Scenario>();

/**
 * What a drawn tree means, checked once. The properties of a file have one seed, so each of them draws the same trees as the one before it, and to check
 * a tree takes as long as to run what is small in it. A scenario is frozen: none can change it for the next.
 */
export function parsedOnce(tree: object): Scenario {
  const text = JSON.stringify(tree);
  const known = kept.get(text);
  if (known !== undefined) return known;
  const scenario = parseScenario(tree);
  if (kept.size >= MOST) kept.delete(kept.keys().next().value!);
  kept.set(text, scenario);
  return scenario;
}
