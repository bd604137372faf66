import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Links that lead on to others are followed so far, as by Linux; what leads round in a circle is refused by the file system. */
const MOST_LINKS = 40;

/** Where a file that is called `path` lies, or is to lie: links are followed, to a file that is not there yet too, so that writing it keeps them. */
export function goalOf(path: string): string {
  let goal = path;
  for (let links = 0; links < MOST_LINKS && isLink(goal); links++) goal = resolve(realpathSync(dirname(goal)), readlinkSync(goal));
  return goal;
}

/** What no file system can look at is no link: it is reported when the file is written. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
