import type { Timeline } from "../../worker/messages.ts";

type Matches = (at: number) => boolean;

/** Words that a number follows, and their column. */
const NUMBERED = { layer: "layer", "micro-batch": "microBatch", rank: "rank", pass: "pass" } as const;

/**
 * Parses a search: names of ops or their beginnings, `wait`, and `layer 5`, `micro-batch 3`, `rank 17`, `pass 2`; all of them must match. A
 * text names the word that is none of these.
 */
export function matcherOf(text: string, { spans, ops }: Pick<Timeline, "spans" | "ops">): Matches | string {
  const words = text.trim().toLowerCase().split(/\s+/);
  const all: Matches[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const column = NUMBERED[word as keyof typeof NUMBERED];
    if (column !== undefined) {
      const number = Number(words[++i]);
      if (!Number.isInteger(number)) return `${word} ${words[i] ?? ""}: wanted a number after ${word}`;
      all.push((at) => spans[column][at] === number);
    } else if (word === "wait" || word === "waits") all.push((at) => spans.endNs[at]! > spans.workNs[at]!);
    else if (word === "prefill" || word === "decode") all.push((at) => spans.phase[at] === (word === "prefill" ? 0 : 1));
    else {
      const kinds = new Set(ops.flatMap((name, kind) => (name.startsWith(word) ? [kind] : [])));
      if (kinds.size === 0)
        return `${word}: no op; there are ${ops.join(", ")}, wait, prefill, decode, layer 5, micro-batch 3, rank 17, pass 2`;
      all.push((at) => kinds.has(spans.kind[at]!));
    }
  }
  return (at) => all.every((matches) => matches(at));
}

/** The first span from `fromNs` on, by time and place, that matches and comes after place `after`; undefined where there is none. */
export function foundFrom({ startNs }: Timeline["spans"], matches: Matches, fromNs: number, after: number): number | undefined {
  let found: number | undefined;
  for (let at = 0; at < startNs.length; at++) {
    const ns = startNs[at]!;
    if (ns < fromNs || (ns === fromNs && at <= after) || (found !== undefined && ns >= startNs[found]!) || !matches(at)) continue;
    found = at;
  }
  return found;
}
