import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Variable for another folder, or for none. */
export const CACHE_VARIABLE = "TOKENYARD_CACHE";
const OFF = "off";

/** The variables of a process that say where caches are. */
export type CacheVariables = Readonly<Record<string, string | undefined>>;

/** Folder of what Tokenyard can make again: `TOKENYARD_CACHE`, else the system's folder for a user's cache; undefined: none. */
export function cacheFolder(variables: CacheVariables, platform: string, home = homeOf()): string | undefined {
  const stated = variables[CACHE_VARIABLE];
  if (stated === OFF) return undefined;
  if (stated !== undefined && stated !== "") return stated;
  if (platform === "win32") return inside(variables["LOCALAPPDATA"] ?? inside(home, "AppData", "Local"), "tokenyard", "Cache");
  if (platform === "darwin") return inside(home, "Library", "Caches", "tokenyard");
  const given = variables["XDG_CACHE_HOME"];
  return inside(given !== undefined && isAbsolute(given) ? given : inside(home, ".cache"), "tokenyard"); // a relative one is to be ignored
}

function inside(folder: string | undefined, ...names: readonly string[]): string | undefined {
  return folder === undefined || folder === "" ? undefined : join(folder, ...names);
}

/** Undefined where the user has none. */
function homeOf(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
