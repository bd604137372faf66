import { commandLine } from "./command-line/command-line.ts";
import { markOver } from "./terminal/over.ts";
import { processTerminal } from "./terminal/terminal.ts";

// No `await` here: the bundle is a script as well.
const terminal = processTerminal();
commandLine(process.argv.slice(2), terminal).then((code) => {
  markOver();
  process.exitCode = code;
  if (terminal.isWritten()) process.exit(); // at once; else Node frees its heap first
});
