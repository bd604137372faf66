import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { chromeTrace, type Recording } from "@tokenyard/report";

/** Writes the spans of `recording` to `path` as a Chrome trace, piece by piece; the file appears when it is whole. */
export function writeSpans(path: string, recording: Recording): void {
  const draft = `${path}.${process.pid}.draft`;
  const file = openSync(draft, "w");
  try {
    for (const piece of chromeTrace(recording)) writeSync(file, piece);
    closeSync(file);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
