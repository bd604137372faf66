import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Most links to follow, as in Linux; the file system refuses circles. */
const MOST_LINKS = 40;

/**
 * Real path of a file to read or write at `path`: links are followed, even to a file that does not exist yet, so that writing keeps them.
 */
export function goalOf(path: string): string {
  let goal = path;
  for (let links = 0; links < MOST_LINKS && isLink(goal); links++) goal = resolve(realpathSync(dirname(goal)), readlinkSync(goal));
  return goal;
}

/** False for paths that the file system cannot examine: that is reported when the file is written. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
