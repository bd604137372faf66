import type { KnownServer } from "@tokenyard/observe";
import { gpuByValues, resolvedOf, type Scenario } from "@tokenyard/scenario";
import type { ObservedHead } from "../measured-runs/observed/observed-lines.ts";
import type { MeasuredRun } from "../measured-runs/run/measured-run.ts";
import { engineOf, gpuNamed, unknownGpu } from "../measured-runs/stated-server.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { type LocatedProblem, plainProblem } from "../terminal/located-problem.ts";
import { VERSION } from "../terminal/version.ts";
import type { ObserveOptions } from "./observe-options.ts";
import { measuredLoad, type ObservedLoad } from "./observed-load.ts";

/** Facts about a server that options or a scenario state. */
export interface StatedServer {
  readonly gpu: string | undefined;
  readonly gpus: number | undefined;
  readonly engine: MeasuredRun["engine"] | undefined;
}

/** Facts about the server from `options`, or else from the scenario. A file needs all: missing ones are added to `problems`. */
export function stated(
  options: ObserveOptions,
  scenario: Scenario | undefined,
  ranks: number | undefined,
  problems: LocatedProblem[],
): StatedServer {
  const tree = scenario === undefined ? undefined : (resolvedOf(scenario) as { readonly cluster: { readonly gpu: object } });
  const named = options.gpu === undefined ? undefined : gpuNamed(options.gpu);
  if (options.gpu !== undefined && named === undefined) problems.push(unknownGpu("--gpu", options.gpu));
  const gpu = named ?? (tree === undefined ? undefined : gpuByValues(tree.cluster.gpu));
  const gpus = options.gpus ?? ranks;
  const isWanted = options.out !== undefined && (options.scenario === undefined || scenario !== undefined); // one that was not read may say it
  if (isWanted && options.gpu === undefined && gpu === undefined) problems.push(missed("the GPU", "--gpu NAME, a preset"));
  if (isWanted && gpus === undefined) problems.push(missed("how many GPUs serve", "--gpus N"));
  const own = scenario?.engine;
  const engine = own === undefined || own.name === "ideal" ? undefined : { name: own.name, version: own.version ?? null };
  return { gpu, gpus, engine: engineOf(options.engine, problems) ?? engine };
}

/** The first line of the file. Throws BadInput where it is not known which engine serves, and a file wants it. Without a file, what is not stated is null. */
export function headOf({ url, server, known, roundTripNs, load, contentSeed, speed, options }: HeadOrder): ObservedHead {
  const ofServer = known.version === null ? undefined : ({ name: "vllm", version: known.version } as const); // no other engine answers there so
  const engine = server.engine === undefined ? ofServer : { ...server.engine, version: server.engine.version ?? ofServer?.version ?? null };
  if (options.out !== undefined && engine === undefined)
    throw new BadInput([missed("the engine", "--engine vllm, sglang or trtllm, with @VERSION")]);
  return {
    tokenyardObserve: 1,
    source: { file: options.out ?? "observe", at: 0, tool: "tokenyard observe", toolVersion: VERSION },
    engine: (engine ?? null) as ObservedHead["engine"],
    launch: options.launch ?? null,
    gpu: (server.gpu ?? null) as string,
    gpus: (server.gpus ?? null) as number,
    model: known.model,
    load: measuredLoad(load.workload),
    warmUpRequests: options.warmUp ?? 0,
    observed: {
      url,
      api: options.api === "chat" ? "chat" : "completions",
      seed: load.seed,
      contentSeed,
      ...(speed === 1 ? {} : { speed }),
      workload: load.tree,
      scenario: load.scenario === undefined ? null : (resolvedOf(load.scenario) as Record<string, unknown>),
      version: known.version,
      models: known.models === null ? null : [...known.models],
      exactPrompts: known.abilities.tokenIds,
      roundTripSeconds: roundTripNs === null ? null : roundTripNs / 1e9,
      fixedOutputs: known.abilities.fixedOutputs,
      sent: null,
      ended: null,
      lateSeconds: null,
      clientBusy: null,
      outcomes: {},
    },
  };
}

interface HeadOrder {
  readonly url: string;
  readonly server: StatedServer;
  readonly known: KnownServer;
  readonly roundTripNs: number | null;
  readonly load: ObservedLoad;
  readonly contentSeed: number;
  readonly speed: number;
  readonly options: ObserveOptions;
}

function missed(what: string, option: string): LocatedProblem {
  return plainProblem("observe", `nothing says ${what}; wanted ${option}`);
}
