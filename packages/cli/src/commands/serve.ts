import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { BadInput } from "../outcomes/bad-input.ts";
import { type ExitCode, FINE } from "../outcomes/exit-code.ts";
import { Interrupt } from "../outcomes/interrupt.ts";
import { plainProblem } from "../outcomes/located-problem.ts";
import { UnreadableFile } from "../scenarios/scenario-text.ts";
import { givenSources } from "../serve/given-sources.ts";
import { pageAssets } from "../serve/page-assets.ts";
import { PageServer } from "../serve/page-server.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  readonly open?: boolean;
}

const LOOK_MS = 500;
const LOOPBACK = "127.0.0.1";

/** Serves the page with `files` on this machine, until Ctrl-C; a file that changes is shown again. */
export async function serve(
  files: readonly string[],
  { port = 0, host = LOOPBACK, open = false }: ServeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const stamps = new Map<string, string>();
  const read = async () => {
    try {
      return await givenSources(files, terminal, (path) => void stamps.set(path, stampOf(path)));
    } catch (error) {
      if (error instanceof UnreadableFile) throw new BadInput([plainProblem(error.file, error.message)]);
      throw error;
    }
  };
  let sources = await read();
  const hosts = host === LOOPBACK ? [] : [host];
  const server = new PageServer({ assets: pageAssets(), files: () => JSON.stringify({ files: sources }), hosts });
  const interrupt = new Interrupt();
  let heard: number;
  try {
    heard = await server.listen(port, host);
  } catch (error) {
    interrupt.dispose();
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "another program listens there; wanted a free port, or 0 for any" : message;
    throw new BadInput([plainProblem(`--port ${port}`, why)]);
  }
  const address = `http://${host}:${heard}/`;
  if (host !== LOOPBACK) terminal.err.write(harmless(`${host}: others on the network can read the page and the files that were given\n`));
  terminal.out.write(`${address}\n`);
  terminal.err.write("Ctrl-C ends\n");
  if (open) openBrowser(address);
  try {
    while (!interrupt.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      if (![...stamps].some(([path, stamp]) => stampOf(path) !== stamp)) continue;
      try {
        sources = await read();
        server.changed();
      } catch (error) {
        if (!(error instanceof BadInput)) throw error; // it may be being written: the next look sees
      }
    }
  } finally {
    interrupt.dispose();
    await server.close();
  }
  return FINE;
}

function stampOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { ino: 0, size: -1, mtimeMs: 0 };
  return `${ino} ${size} ${mtimeMs}`;
}

function openBrowser(address: string): void {
  const [program, ...before] =
    process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  const child = spawn(program!, [...before, address], { stdio: "ignore", detached: true });
  child.on("error", () => {}); // no browser: the address is printed
  child.unref();
}
