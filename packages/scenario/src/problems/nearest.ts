const LONGEST = 64; // characters; a longer name has no near one

const LEAST = 3; // characters; fewer begin too many names
/** Words that look like a slip of a known one and are none: Mistral's models have no experts, Mixtral's do. */
const NO_SLIPS = ["mistral", "ministral"];

/**
 * The name among `known` that `given` most likely means: the first that begins with it and a dash, as `h100-sxm` with `H100` or
 * `NVIDIA H100`, else the nearest by its letters, else the first that begins with it; undefined when none is near. Case does not count.
 */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  if (given.length > LONGEST) return undefined;
  const names = [...known];
  const begin = given
    .toLowerCase()
    .replace(/[\s_]+/g, "-")
    .replace(/^(nvidia|amd)-/, "");
  const isOther = NO_SLIPS.some((word) => begin.startsWith(word));
  const beginning = (text: string) => names.find((name) => begin.length >= LEAST && name.toLowerCase().startsWith(text));
  return (
    names.find((name) => name.toLowerCase() === begin) ??
    (isOther ? undefined : beginning(`${begin}-`)) ??
    (isOther ? undefined : nearestByLetters(begin, names)) ??
    beginning(begin)
  );
}

function nearestByLetters(given: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(given.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(given, name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Least number of insertions, deletions, substitutions and swaps of neighbouring letters that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(exchanged, (last[j] as number) + 1, (row[j - 1] as number) + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) least = Math.min(least, (beforeLast[j - 2] as number) + 1);
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] as number;
}
