import { commandLine } from "./command-line.ts";
import { processTerminal } from "./terminal.ts";

// No `await` here: the bundle is a script as well.
commandLine(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
