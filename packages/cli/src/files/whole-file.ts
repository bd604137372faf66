import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes `text` to `path`; the file appears when it is whole, and takes the place of one that stands there. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}.draft`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
