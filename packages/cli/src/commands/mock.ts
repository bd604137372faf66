import { setFlagsFromString } from "node:v8";
import { kvAddress, MetricsText, type MockOptions, MockServer, summaryText } from "@tokenyard/mock";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt } from "../outcomes/interrupt.ts";
import { readScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface MockCommandOptions extends ScenarioOptions {
  readonly port?: number;
  readonly host?: string;
  readonly speed?: string;
  readonly replica?: number;
  readonly metrics?: string;
  readonly kvEvents?: string;
  readonly kvTopic?: string;
}

const PORT = 8000;
const LOOPBACK = "127.0.0.1";
const MOST_SPEED = 1000;
const KV_EVENTS = "tcp://127.0.0.1:5557";

/**
 * V8 collects old objects once there are four times as many as were left. Each such cycle slows the thread for some 100 ms, in which tokens are late;
 * unless this is set there is one about every 3 s under 200 requests/s. Source: V8's flag-definitions.h, heap_growing_percent.
 */
const FEWER_COLLECTIONS = "--heap-growing-percent=300";

/** Serves the plan of `file` as OpenAI's API does, until Ctrl-C. */
export async function mock(file: string, options: MockCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { port = PORT, host = LOOPBACK, replica, metrics = "vllm:*" } = options;
  const patterns = metrics.split(",").map((pattern) => pattern.trim());
  const speed = Number(options.speed ?? 1);
  const kvEvents = options.kvEvents === undefined ? undefined : kvAddress(options.kvEvents);
  const problems = [...optionProblems(options.speed, speed, patterns), ...eventProblems(options, kvEvents)];
  let fail: (error: unknown) => void = () => {};
  setFlagsFromString(FEWER_COLLECTIONS);
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => {}); // it is awaited once the server listens
  const [server] = await readScenarios(
    [file],
    options,
    terminal,
    ({ scenario }) => {
      if (problems.length > 0) return undefined;
      const startedSeconds = Math.floor(Date.now() / 1000);
      return served(scenario, {
        speed,
        replica,
        metrics: patterns,
        startedSeconds,
        kvEvents: kvEvents && { ...kvEvents, topic: options.kvTopic },
        failed: (error) => fail(error),
      });
    },
    () => problems,
    () => problems,
  );
  const interrupt = new Interrupt();
  try {
    const heard = `${inUrl(host)}:${await listening(server!, port, host)}`;
    try {
      if (host !== LOOPBACK) terminal.err.write(harmless(`${host}: others on the network can send requests\n`));
      if (kvEvents !== undefined) terminal.err.write(harmless(await published(server!, options.kvEvents!, kvEvents.host, heard)));
      terminal.out.write(`http://${heard}/v1\n`);
      terminal.err.write(harmless(`model ${server!.model}; Ctrl-C ends\n`));
      const ended = new Promise<void>((done) => interrupt.signal.addEventListener("abort", () => done()));
      await Promise.race([ended, failure]);
    } finally {
      terminal.err.write(summaryText(await server!.close()));
    }
  } finally {
    interrupt.dispose();
  }
  return FINE;
}

function optionProblems(given: string | undefined, speed: number, patterns: readonly string[]): LocatedProblem[] {
  const unknown = MetricsText.unknownOf(patterns);
  const isSpeed = speed > 0 && speed <= MOST_SPEED;
  return [
    ...(isSpeed ? [] : [plainProblem(`--speed ${given}`, `wanted a number over 0 and up to ${MOST_SPEED}, such as 10`)]),
    ...(unknown === undefined ? [] : [plainProblem(`--metrics ${unknown}`, "no metric has such a name; wanted names such as 'vllm:*'")]),
  ];
}

/** The server of `scenario`. What is wrong with its replica is the option's. */
function served(scenario: Scenario, options: MockOptions): MockServer {
  try {
    return new MockServer(scenario, options);
  } catch (error) {
    const about = error instanceof Problems ? error.problems.find(({ path }) => path[0] === "replica") : undefined;
    if (about === undefined) throw error;
    throw new BadInput([wrongValue("--replica", "", about.given ?? null, about.wanted)]);
  }
}

function eventProblems({ kvEvents, kvTopic }: MockCommandOptions, address: object | undefined): LocatedProblem[] {
  if (kvEvents === undefined)
    return kvTopic === undefined ? [] : [plainProblem(`--kv-topic ${kvTopic}`, "wanted --kv-events with it, which says where events are")];
  return address !== undefined ? [] : [plainProblem(`--kv-events ${kvEvents}`, `wanted an address to listen on, such as ${KV_EVENTS}`)];
}

/** Publishes the events of blocks of the server at `address`. Returns a line about where. */
async function published(server: MockServer, given: string, host: string, address: string): Promise<string> {
  try {
    const port = await server.publish(address);
    const others = host === LOOPBACK ? "" : "; others on the network can read them";
    return `events of blocks at tcp://${inUrl(host)}:${port}${others}\n`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new BadInput([plainProblem(`--kv-events ${given}`, WHY.get(code ?? "") ?? message)]);
  }
}

/** `host` as a URL has it. */
function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

async function listening(server: MockServer, port: number, host: string): Promise<number> {
  try {
    return await server.listen(port, host);
  } catch (error) {
    await server.close();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
      throw new BadInput([wrongValue("--host", "", host, `an address of this machine, such as ${LOOPBACK}, or 0.0.0.0 for all of them`)]);
    throw new BadInput([plainProblem(`--port ${port}`, WHY.get(code ?? "") ?? message)]);
  }
}

/** Why a port cannot be had, by the system's name of it. */
const WHY: ReadonlyMap<string, string> = new Map([
  ["EADDRINUSE", "another program listens there; wanted a free port, or 0 for any"],
  ["EACCES", "the system does not allow it; wanted a port from 1024 on, or 0 for any"],
]);
