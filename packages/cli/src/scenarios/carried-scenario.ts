/** The text of the scenario that a report carries, or the best plan of what `optimize --json` prints; undefined where `text` is neither. */
export function carriedScenario(text: string): string | undefined {
  if (!/^\s*\{/.test(text) || !text.includes('"resolved":')) return undefined;
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    return undefined;
  }
  const resolved = at(tree, "scenario", "resolved") ?? at(tree, "best", "report", "scenario", "resolved");
  return typeof resolved === "object" && resolved !== null ? JSON.stringify(resolved) : undefined;
}

function at(tree: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (here, key) => (typeof here === "object" && here !== null ? (here as Record<string, unknown>)[key] : undefined),
    tree,
  );
}
