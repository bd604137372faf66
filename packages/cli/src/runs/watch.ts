import { statSync } from "node:fs";
import { Interrupt } from "../outcomes/interrupt.ts";
import { type ExitCode, INTERRUPTED, TERMINATED } from "../terminal/exit-code.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

const LOOK_MS = 200;

/**
 * Repeats `work` whenever a file that it read changes, until Ctrl-C; its problems are reported, and it waits. Returns the last exit code.
 * `work` names each file before it reads it.
 */
export async function watching(work: (onFile: (path: string) => void) => Promise<ExitCode>, terminal: Terminal): Promise<ExitCode> {
  const interrupt = new Interrupt(); // of the whole: Ctrl-C may come in the instant in which the work ends
  try {
    for (;;) {
      const stamps = new Map<string, string>();
      const code = await work((path) => void (stamps.has(path) || stamps.set(path, stampOf(path))));
      if (code === INTERRUPTED || code === TERMINATED || stamps.size === 0) return code;
      terminal.err.write(harmless(`watching ${[...stamps.keys()].join(", ")}; Ctrl-C ends\n`));
      const path = await changed(stamps, interrupt.signal);
      if (path === undefined) return code;
      terminal.err.write(harmless(`${path} changed\n`));
    }
  } finally {
    interrupt.dispose();
  }
}

/**
 * The first file that is not as its stamp says, and not being written any more: two looks see the same. Undefined after Ctrl-C. Looks, as not every file
 * system reports changes.
 */
async function changed(stamps: ReadonlyMap<string, string>, signal: AbortSignal): Promise<string | undefined> {
  const seen = new Map<string, string>();
  while (!signal.aborted) {
    for (const [path, stamp] of stamps) {
      const now = stampOf(path);
      if (now !== stamp && now === seen.get(path)) return path;
      seen.set(path, now);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return undefined;
}

/** Stamp that changes when a file is rewritten, or another one gets its name. */
function stampOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { ino: 0, size: -1, mtimeMs: 0 };
  return `${ino} ${size} ${mtimeMs}`;
}
