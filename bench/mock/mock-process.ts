import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { HOUSE } from "../house.ts";

/** `tokenyard mock` in a process of its own. */
export interface MockProcess {
  /** `http://127.0.0.1:PORT/v1` */
  readonly address: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly child: ChildProcess;
  /** Ends it. Returns what it printed to standard error. */
  end(): Promise<string>;
}

/** Starts one of the plan in `file` on a free port. */
export async function startMock(file: string, options: readonly string[] = []): Promise<MockProcess> {
  const words = [join(HOUSE, "packages/cli/bin/tokenyard.js"), "mock", file, "--port", "0", ...options];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const closed = new Promise<void>((done) => child.once("close", () => done()));
  const address = await Promise.race([
    new Promise<string>((done) => child.stdout.once("data", (text) => done(String(text).trim()))),
    closed.then((): string => {
      throw new Error(`the mock ended: ${said}`);
    }),
  ]);
  const end = async () => {
    child.kill("SIGINT");
    await closed;
    return said;
  };
  return { address, host: new URL(address).host, child, end };
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
