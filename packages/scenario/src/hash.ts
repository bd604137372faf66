import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { isFrozenThrough } from "./frozen.ts";
import { digestOfKnown } from "./presets/fits/known-fits.ts";
import { remembered } from "./schema/language/remembered.ts";

const UNHASHED: ReadonlySet<string> = new Set(["name", "about", "seed", "mostWork"]);

/**
 * SHA-256 (hex) of a resolved scenario as compact JSON with sorted keys, without name, about, seed and most work: the parts that decide the
 * outcome. The path of a trace does not, once the SHA-256 of its bytes is recorded. A list of `fits` is replaced by its own SHA-256, as
 * compact JSON with sorted keys too: those of a preset are nine tenths of most scenarios, and have theirs recorded.
 */
export function hashOf(resolved: object): string {
  return isFrozenThrough(resolved) ? hashOfFrozen(resolved) : computeHash(resolved);
}

const hashOfFrozen = remembered(computeHash);

function computeHash(resolved: object): string {
  const entries = Object.entries(withoutTracePath(resolved)).filter(([key]) => !UNHASHED.has(key));
  return digestOf(Object.fromEntries(entries));
}

/** SHA-256 (hex) of a plain tree as compact JSON with sorted keys. */
export function digestOf(tree: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(sorted(tree)))));
}

function withoutTracePath(resolved: { readonly workload?: { readonly kind?: unknown; readonly sha256?: unknown } }): object {
  const { workload } = resolved;
  if (workload?.kind !== "trace" || workload.sha256 === undefined) return resolved;
  const { path: _, ...rest } = workload as { readonly path?: unknown };
  return { ...resolved, workload: rest };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, part]) => [key, key === "fits" && Array.isArray(part) ? digestOfFits(part) : sorted(part)]),
  );
}

function digestOfFits(fits: readonly unknown[]): string {
  return digestOfKnown(fits) ?? (isFrozenThrough(fits) ? digestOfFrozen(fits) : digestOf(fits));
}

const digestOfFrozen = remembered(digestOf);
