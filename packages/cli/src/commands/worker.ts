import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { parseQuantity } from "@tokenyard/scenario";
import { cacheFolder } from "../cache/cache-folder.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import { type QueueAddress, queueAddress } from "../queue/address.ts";
import { type MetricsServer, metricsPlace, serveMetrics } from "../queue/metrics.ts";
import { startWorker } from "../queue/worker.ts";
import { counted } from "../terminal/amount.ts";
import { durationText } from "../terminal/duration-text.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";
import { VERSION } from "../terminal/version.ts";

export interface WorkerCommandOptions {
  readonly queue: string;
  /** One for each core when none is given. */
  readonly threads?: number;
  /** Folder of the files that scenarios name; by default the working directory. */
  readonly folder?: string;
  /** `9464`, or `0.0.0.0:9464`. */
  readonly metrics?: string;
  /** Ends the worker when it had nothing to do for so long. */
  readonly idle?: string;
  /** A worker that is not heard of for so long has died. */
  readonly lease?: string;
  /** Modules of plug-ins, by path. */
  readonly plugin?: readonly string[];
  /** False: the folder of the cache is left alone. */
  readonly cache?: boolean;
}

const LOOK_MS = 200;
const LEAST_LEASE_SECONDS = 1;

/** The address of `queue`; undefined where it is listed in `problems`. */
function addressOf(queue: string, problems: LocatedProblem[]): QueueAddress | undefined {
  try {
    return queueAddress(queue);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** Runs points of a queue until Ctrl-C, SIGTERM or an empty queue: then it ends the points under way. */
export async function work(options: WorkerCommandOptions, { err }: Terminal): Promise<ExitCode> {
  const problems: LocatedProblem[] = [];
  const idle = secondsOf("--idle", options.idle, 0, problems);
  const lease = secondsOf("--lease", options.lease, LEAST_LEASE_SECONDS, problems);
  const place = options.metrics === undefined ? undefined : metricsPlace(options.metrics, problems);
  const address = addressOf(options.queue, problems);
  if (problems.length > 0 || address === undefined) throw new BadInput(problems);
  const { threads = availableParallelism(), folder = "." } = options;
  const plugins =
    options.plugin === undefined
      ? undefined
      : (await (await import("../plugins/given-plugins.ts")).givenPlugins([], options, folder)).words;
  const say = (text: string) => err.write(`${harmless(text)}\n`);
  const interrupt = new Interrupt(["SIGINT"]); // SIGTERM is no mistake here
  const worker = await startWorker({
    address,
    threads,
    folder,
    cache: options.cache === false ? undefined : cacheFolder(process.env, process.platform),
    plugins,
    isShared: options.folder !== undefined,
    ...(lease !== undefined && { leaseMs: lease * 1e3 }),
    onLink: (event, why) => say(event === "lost" ? `${address.shown}: lost (${why}); trying again` : `${address.shown}: back`),
    onWarning: (message) => say(`${address.shown} ${message}`),
  });
  let metrics: MetricsServer | undefined;
  const term = new AbortController();
  const onTerm = () => term.abort();
  process.once("SIGTERM", onTerm);
  try {
    if (place !== undefined) metrics = await serveMetrics(place, () => worker.entry());
    say(
      `tokenyard ${VERSION}, ${counted(threads, "thread")}, takes points from ${address.shown}; Ctrl-C ends it when it has run what it has`,
    );
    if (metrics !== undefined) say(`metrics at ${metrics.url}`);
    while (!interrupt.signal.aborted && !term.signal.aborted && !(idle !== undefined && worker.idleMs() > idle * 1e3))
      await setTimeout(LOOK_MS);
  } finally {
    process.removeListener("SIGTERM", onTerm);
    interrupt.dispose(); // the second Ctrl-C ends it at once
    await metrics?.close();
    await worker.close();
  }
  const { points, failed, coreSeconds, seconds } = worker.entry();
  const faults = failed > 0 ? `, ${counted(failed, "of them")} failed` : "";
  say(`${counted(points, "point")}${faults} in ${durationText(seconds)}, ${(coreSeconds / 3600).toPrecision(3)} core hours`);
  if (interrupt.signal.aborted) throw new Interrupted();
  return FINE;
}

function secondsOf(option: string, text: string | undefined, least: number, problems: LocatedProblem[]): number | undefined {
  if (text === undefined) return undefined;
  const seconds = parseQuantity(text, "s");
  if (typeof seconds === "number" && seconds >= least) return seconds;
  problems.push(wrongValue(option, "", text, `a time${least > 0 ? ` of at least ${least} s` : ""}, as '600 s'`));
  return undefined;
}
