import { renameSync, rmSync, writeFileSync } from "node:fs";
import { goalOf } from "./goal.ts";

/** Writes `text` to `path`, with permissions `mode`; the file appears when it is complete, and replaces an existing one. */
export function writeWhole(path: string, text: string, mode = 0o666): void {
  const goal = goalOf(path);
  const draft = `${goal}.${process.pid}.draft`;
  try {
    writeFileSync(draft, text, { mode });
    renameSync(draft, goal);
  } finally {
    rmSync(draft, { force: true });
  }
}
