import {
  type Address,
  type Api,
  type Clock,
  Contents,
  hasFixedTimes,
  type KnownServer,
  knownServer,
  type Limits,
  Observation,
  type ObservedRequest,
  observedSource,
  Prompter,
  roundTrip,
  Server,
  textMeasure,
  warmedUp,
} from "@tokenyard/observe";
import { type ObservedHead, type ObservedLine, observedRun } from "../measured-runs/observed/observed-lines.ts";
import type { MeasuredRun } from "../measured-runs/run/measured-run.ts";
import { Interrupted } from "../outcomes/interrupt.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { ObserveOptions } from "./observe-options.ts";
import { ObserveProgress } from "./observe-progress.ts";
import { ObservedFile } from "./observed-file.ts";
import { headOf, type StatedServer } from "./observed-head.ts";
import { observedLine } from "./observed-line.ts";
import type { ObservedLoad } from "./observed-load.ts";

/** A server that no run can be made of. */
export class Unreachable extends Error {
  /** Whether it did not answer; else it answered that it will not do. */
  readonly isUnreachable: boolean;

  constructor(message: string, isUnreachable: boolean) {
    super(message);
    this.isUnreachable = isUnreachable;
  }
}

export interface ObservingOrder {
  readonly address: Address;
  readonly api: Api;
  readonly key: string | undefined;
  readonly server: StatedServer;
  readonly load: ObservedLoad;
  readonly limits: Limits;
  /** Seconds of the server that go by in one. */
  readonly speed: number;
  readonly options: ObserveOptions;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Different messages of failures that are shown. */
const MOST_MESSAGES = 5;

/** Observes a server from the first question to the last line of the file. Throws Unreachable, and BadInput where the file cannot be written. */
export async function observing(order: ObservingOrder): Promise<{ readonly run: MeasuredRun; readonly messages: readonly string[] }> {
  const { address, api, key, server: stated, load, limits, speed, options, signal } = order;
  const server = new Server({ ...address, key });
  const clock = () => performance.now() * 1e6 * speed;
  const trial = { api, clock, signal, seconds: limits.stallSeconds };
  try {
    const known = await knownServer(server, { ...trial, model: options.model });
    if (signal.aborted) throw new Interrupted();
    if ("reason" in known) throw new Unreachable(known.reason, known.isUnreachable);
    const contentSeed = options.contentSeed ?? Date.now(); // the same prompts once more would be found in the server's cache
    const roundTripNs = await roundTrip(server, clock, signal);
    if (signal.aborted) throw new Interrupted();
    const head = headOf({ url: `${address.origin}${address.base}`, server: stated, known, roundTripNs, load, contentSeed, speed, options });
    const measure = known.abilities.tokenIds ? undefined : await textMeasure(server, known, trial);
    const prompter = new Prompter({ api, abilities: known.abilities, contents: new Contents(contentSeed), measure });
    if (options.warmUp) await warmedUp({ ...trial, server, known, prompter, load, count: options.warmUp });
    if (signal.aborted) throw new Interrupted();
    return await filed(order, { server, known, head, prompter, clock });
  } finally {
    await server.close();
  }
}

interface Prepared {
  readonly server: Server;
  readonly known: KnownServer;
  readonly head: ObservedHead;
  readonly prompter: Prompter;
  readonly clock: Clock;
}

/** Runs, and writes each request as it ends, and the run at its end. */
async function filed(order: ObservingOrder, { server, known, head, prompter, clock }: Prepared) {
  const { api, load, speed, options, terminal, signal } = order;
  const file = options.out === undefined ? undefined : new ObservedFile(options.out);
  const stop = new AbortController();
  const forward = () => stop.abort();
  signal.addEventListener("abort", forward);
  let broken: unknown;
  try {
    file?.put(head);
    const lines: ObservedLine[] = [];
    const messages = new Set<string>();
    let failed = 0;
    const onRequest = (request: ObservedRequest) => {
      const line = observedLine(request, observation.firstSentNs);
      lines.push(line);
      if (request.outcome !== "finished" && request.outcome !== "stopped") failed++;
      if (request.message !== null && messages.size < MOST_MESSAGES) messages.add(request.message);
      try {
        file?.put(line);
      } catch (error) {
        broken ??= error;
        stop.abort();
      }
    };
    const source = observedSource(load);
    const scaled = (seconds: number) => seconds * speed; // limits are of the clock on the wall
    const { requests, seconds, stallSeconds } = order.limits;
    const limits = { requests, seconds: scaled(seconds), stallSeconds: scaled(stallSeconds) };
    const isFixed = hasFixedTimes(load.workload);
    const observation = new Observation({
      server,
      known,
      api,
      source,
      isFixed,
      prompter,
      limits,
      clock,
      speed,
      signal: stop.signal,
      onRequest,
    });
    if (signal.aborted) forward();
    const progress = new ObserveProgress(terminal.err, () => ({ ...observation.underway, failed }));
    const begin = performance.eventLoopUtilization();
    const ended = await observation.run();
    const clientBusy = performance.eventLoopUtilization(begin).utilization;
    progress.clear();
    if (broken !== undefined) throw broken;
    const run = observedRun(head, lines, { ended, sent: observation.underway.sent, clientBusy });
    file?.put({ ...run, each: null });
    return { run, messages: [...messages] };
  } finally {
    signal.removeEventListener("abort", forward);
    file?.close();
  }
}
