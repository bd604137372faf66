import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes the absolute `path` and the folders above it; gives the first of them that was not there. Node's own recursion never ends where a folder
 * is refused as not there, as in /proc.
 */
export function makeFolder(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  const first = dirname(path) === path ? undefined : makeFolder(dirname(path));
  mkdirSync(path);
  return first ?? path;
}
