import { commandLine } from "./command-line.ts";
import { processTerminal } from "./terminal.ts";

// A reader that closes its end has seen enough, as `tokenyard run … | head -1`: no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

// No `await` here: the bundle is a script as well.
commandLine(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
