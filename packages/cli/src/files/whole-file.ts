import { renameSync, rmSync, writeFileSync } from "node:fs";
import { goalOf } from "./goal.ts";

/** Writes `text` to `path`, which others may do with as `mode` says; the file appears when it is whole, and takes the place of one that stands there. */
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
