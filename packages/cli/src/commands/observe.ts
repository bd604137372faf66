import { existsSync } from "node:fs";
import { addressOf } from "@tokenyard/observe";
import { wordsOf } from "@tokenyard/scenario";
import { fileProblems } from "../files/destination.ts";
import { commandText } from "../files/report-page.ts";
import { type ComparedRun, comparedRun } from "../measured-runs/compared-run.ts";
import type { MeasuredRun } from "../measured-runs/run/measured-run.ts";
import { simulatedRun } from "../measured-runs/simulated-run.ts";
import type { ObserveOptions } from "../observing/observe-options.ts";
import { stated } from "../observing/observed-head.ts";
import { type ObservedLoad, observedLoad } from "../observing/observed-load.ts";
import { observedText } from "../observing/observed-text.ts";
import { observing, Unreachable } from "../observing/observing.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import type { Simulation } from "../runs/simulation.ts";
import { secondsOption } from "../scenarios/time-option.ts";
import { type ExitCode, FINE, NOTHING_RAN, UNREACHABLE } from "../terminal/exit-code.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

const APIS = ["completions", "chat"] as const;

/** Puts a server under a load, and prints and writes what it did. */
export async function observe(
  url: string,
  options: ObserveOptions,
  terminal: Terminal,
  hall: () => Promise<Simulation>,
): Promise<ExitCode> {
  const problems: LocatedProblem[] = [];
  const { out, maxTime = "600 s", stall = "120 s", maxRequests = 10_000, keyEnv } = options;
  const address = addressOf(url);
  if (typeof address === "string") problems.push(wrongValue("URL", "", withoutUser(url), address));
  const api = APIS.find((each) => each === (options.api ?? "completions"));
  if (api === undefined) problems.push(wrongValue("--api", "", options.api!, "completions or chat"));
  const seconds = secondsOption("--max-time", maxTime, problems);
  const stallSeconds = secondsOption("--stall", stall, problems);
  const speed = Number(options.speed ?? 1);
  if (!(speed >= 0.001 && speed <= 1000)) problems.push(wrongValue("--speed", "", options.speed!, "a number from 0.001 to 1000"));
  const key = keyEnv === undefined ? undefined : process.env[keyEnv];
  if (keyEnv !== undefined && !key)
    problems.push(wrongValue("--key-env", "", keyEnv, "the name of an environment variable that has the key"));
  if (out !== undefined) problems.push(...(existsSync(out) ? [taken(out)] : fileProblems(out)));
  const load = await observedLoad(options, terminal, hall, problems);
  const server = stated(options, load?.scenario, load?.gpus, problems);
  if (problems.length > 0 || load === undefined || typeof address === "string") throw new BadInput(problems);

  const interrupt = new Interrupt();
  try {
    const limits = { requests: maxRequests, seconds: seconds!, stallSeconds: stallSeconds! };
    const { run, messages } = await observing({
      address,
      api: api!,
      key,
      server,
      load,
      limits,
      speed,
      options,
      terminal,
      signal: interrupt.signal,
    });
    const isStopped = interrupt.signal.aborted;
    const compared = isStopped ? undefined : await beside(run, load, hall);
    answered(run, compared, messages, options, terminal);
    if (isStopped) throw new Interrupted();
    if ((run.requests?.finished ?? 0) > 0) return FINE;
    terminal.err.write("no request finished\n");
    return NOTHING_RAN;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    terminal.err.write(`${harmless(`${address.origin}${address.base} cannot be observed: ${error.message}`)}\n`);
    return error.isUnreachable ? UNREACHABLE : NOTHING_RAN;
  } finally {
    interrupt.dispose();
  }
}

/** The run beside its simulation, where a scenario says what the server is. */
async function beside(run: MeasuredRun, { scenario }: ObservedLoad, hall: () => Promise<Simulation>): Promise<ComparedRun | undefined> {
  if (scenario === undefined || (run.requests?.finished ?? 0) === 0) return undefined;
  const report = simulatedRun(run, await hall(), undefined, wordsOf(scenario));
  return typeof report === "string" ? { run, numbers: {}, reason: report, doubts: [] } : comparedRun(run, report);
}

function answered(
  run: MeasuredRun,
  compared: ComparedRun | undefined,
  messages: readonly string[],
  { json, out }: ObserveOptions,
  terminal: Terminal,
): void {
  if (json) {
    const simulated = compared === undefined ? null : { numbers: compared.numbers, reason: compared.reason ?? null };
    terminal.out.write(`${JSON.stringify({ ...run, each: null, simulated })}\n`);
    return;
  }
  terminal.out.write(harmless(observedText(run, compared, messages)));
  if (out === undefined) return;
  const launch = run.launch === null && run.observed?.scenario === null ? ["--launch", "vllm serve …"] : [];
  terminal.out.write(
    harmless(
      `\n${out} written. Next:\n  ${commandText(["accuracy", out, ...launch])}\n  ${commandText(["calibrate", out, ...launch, "--out", "mine.yaml"])}\n`,
    ),
  );
}

function taken(out: string): LocatedProblem {
  return wrongValue("--out", "", out, "a name that no file has: nothing is written over");
}

/** `url` without what may be a password. */
function withoutUser(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//…@");
}
