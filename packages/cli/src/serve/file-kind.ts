import { closeSync, openSync, readSync } from "node:fs";

/** Kind of a file given to the page: a study of `--out`, the metrics of a finished run, or something that the page opens as text. */
export type FileKind = "study" | "metrics" | "text";

const MOST_BYTES = 64;

/** Kind of `path`, by its first bytes; "text" if it cannot be read, as its reader then reports the reason. */
export function kindOf(path: string): FileKind {
  let head: string;
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(MOST_BYTES);
      head = bytes.toString("latin1", 0, readSync(file, bytes, 0, MOST_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return "text";
  }
  if (head.slice(8, 12) === "DUCK" || path.endsWith(".duckdb")) return "study"; // one that is empty, or torn, says so as a study
  return /^# (?:TYPE|HELP|UNIT|EOF)\b/.test(head) ? "metrics" : "text";
}
