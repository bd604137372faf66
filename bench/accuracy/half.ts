import type { Row } from "./table.ts";

/** Coefficients are fitted on one half of the rows and judged on the other. */
export type Half = "fitted" | "held-out";

/** The half that a row falls in: by a hash of its cells, so that it does not depend on the order or on other rows. */
export function halfOf(row: Row): Half {
  return (hashOf(row) & 1) === 0 ? "fitted" : "held-out";
}

/** One of five parts, from 0, in either half. */
export function fifthOf(row: Row): number {
  return (hashOf(row) >>> 1) % 5;
}

function hashOf(row: Row): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (const character of Object.values(row).join(",")) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b); // the last step of MurmurHash3: the low bit of FNV alone is poor
  hash ^= hash >>> 13;
  return hash >>> 0;
}
