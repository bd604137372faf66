import { Console } from "node:console";
import { isMainThread } from "node:worker_threads";
import { BAD_INPUT } from "../terminal/exit-code.ts";
import { isOver } from "../terminal/over.ts";
import { harmless } from "../terminal/terminal.ts";

let isReady = false;

/**
 * Makes this process ready for plug-ins: what they print goes to standard error, as standard output has the answer of the command, and an exception that no
 * question of ours waits for, as of a timer, ends it with their exit code, as does one that ends the process, or never ends its own loading. Threads of a study
 * do nothing between two points, so that none comes there; in them a plug-in's `process.exit` is an exception of its own.
 */
export function readyForPlugins(): void {
  if (isReady) return;
  isReady = true;
  globalThis.console = new Console(process.stderr, process.stderr);
  if (!isMainThread) {
    process.exit = () => {
      throw new Error("process.exit was called");
    };
    return;
  }
  process.on("uncaughtException", (error: unknown) => {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(harmless(`a plug-in threw when it was not asked: ${what}\n`));
    process.exit(BAD_INPUT);
  });
  process.on("exit", (code) => {
    if (code !== 0 || isOver()) return;
    process.stderr.write("a plug-in ended the command before its answer, by process.exit or by waiting for nothing\n");
    process.exitCode = BAD_INPUT;
  });
}
