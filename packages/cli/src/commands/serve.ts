import { spawn } from "node:child_process";
import { fileProblems } from "../files/destination.ts";
import { writeWhole } from "../files/whole-file.ts";
import { wholePage } from "../files/whole-page.ts";
import { written } from "../files/written.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt } from "../outcomes/interrupt.ts";
import { pageAssets } from "../serve/page-assets.ts";
import { PageServer } from "../serve/page-server.ts";
import { ServedFiles } from "../serve/served-files.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { plainProblem } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  readonly open?: boolean;
  /** File to save the page to, as one file, in place of serving it. */
  readonly save?: string;
}

const LOOK_MS = 500;
const LOOPBACK = "127.0.0.1";

/** Serves the page with `files` on this machine, until Ctrl-C; a changed file is shown again, and a running study is updated. */
export async function serve(
  files: readonly string[],
  { port = 0, host = LOOPBACK, open = false, save }: ServeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (save !== undefined) return savePage(files, save, terminal);
  const given = new ServedFiles(files, terminal);
  const hosts = host === LOOPBACK ? [] : [host];
  const server = new PageServer({ assets: pageAssets(), answer: (path) => given.answer(path), hosts });
  const interrupt = new Interrupt();
  let heard: number;
  try {
    await given.read();
    heard = await server.listen(port, host);
  } catch (error) {
    interrupt.dispose();
    given.close();
    if (error instanceof BadInput) throw error;
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
      const { texts, studies } = await given.look();
      if (texts) server.say("changed");
      for (const at of studies) server.say("study", { at, ...given.stateOf(at) });
    }
  } finally {
    interrupt.dispose();
    await server.close();
    given.close();
  }
  return FINE;
}

/** Writes the page as one file that opens with the first of `files`. */
async function savePage(files: readonly string[], save: string, terminal: Terminal): Promise<ExitCode> {
  const taken = files.includes(save) ? [plainProblem(`--save ${save}`, "is the plan; wanted another file")] : fileProblems(save);
  if (taken.length > 0) throw new BadInput(taken);
  const given = new ServedFiles(files, terminal);
  try {
    await given.read();
    const [source] = given.sources;
    written(save, () => writeWhole(save, wholePage(source)));
  } finally {
    given.close();
  }
  return FINE;
}

function openBrowser(address: string): void {
  const [program, ...before] =
    process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  const child = spawn(program!, [...before, address], { stdio: "ignore", detached: true });
  child.on("error", () => {}); // no browser: the address is printed
  child.unref();
}
