import type { Drafting, DraftKind, StatedSpeculation } from "./drafting.ts";
import type { Version } from "./version.ts";

/** A value as a launch line or `engine.flags` gives it, of the type that its row names. */
export type FlagValue = number | string | boolean | readonly (number | string)[];

/** Values by the paths of the scenario that they are set at; undefined sets nothing. */
export type Settings = Readonly<Record<string, unknown>>;

/** Consequence of ignoring a flag. */
export interface Cost {
  /** The real server's speed beside the simulated one; `unknown` where no source says. */
  readonly server: "faster" | "slower" | "either" | "same" | "unknown";
  /** How much, in one phrase. */
  readonly about: string;
  readonly source?: string;
}

export type FlagType = "count" | "whole" | "number" | "share" | "switch" | "text" | "list";

/** Ranks of one instance of a server: attention.tensor × attention.data × pipeline of them, which share experts as expert × tensor. */
export interface Layout {
  readonly attention: { readonly tensor: number; readonly data: number };
  readonly expert: number;
  readonly tensor: number;
  readonly pipeline: number;
  /** Ranks of a data group that share the cache of each sequence; default: 1. */
  readonly context?: number;
  /** Independent copies of all that. */
  readonly replicas: number;
}

/** Facts on which the defaults of an engine depend. */
export interface Facts {
  readonly version: Version;
  /** The preset's name, or an empty one; memory in MiB. */
  readonly gpu: { readonly name: string; readonly mib: number };
  /** `keeps`: whether layers keep states, or windows of their own, beside each token's cache. */
  readonly model: {
    readonly name: string;
    readonly experts: boolean;
    readonly latent: boolean;
    /** Whether it has latent attention to tokens that an indexer chooses. */
    readonly sparseLatent: boolean;
    /** Whether the model states its layers by named kinds. */
    readonly byKind: boolean;
    readonly keeps: { readonly states: boolean; readonly windows: boolean };
    /** Whether some layers have a window, and others attend to all tokens. */
    readonly someWindows: boolean;
  };
  readonly layout: Layout;
  readonly role?: "prefill" | "decode" | undefined;
  /** Speculation keys that the scenario states itself. */
  readonly speculation: StatedSpeculation;
  /** Most drafts of a step, as stated by the scenario, or else by the flags. */
  readonly drafts: number;
  /** The value of a flag: as stated, or else the engine's default. */
  value(flag: string): FlagValue | undefined;
  isStated(flag: string): boolean;
}

/** A flag of an engine: its names, its default, and its settings or the consequences of ignoring it. */
export interface Flag {
  /** Canonical name of the flag, as the engine spells it, without leading hyphens. */
  readonly name: string;
  /** Other names, without hyphens: a single letter or `-tp` is written with one hyphen. */
  readonly also?: readonly string[];
  readonly type: FlagType;
  readonly choices?: readonly string[];
  /** The largest count that a scenario may state. */
  readonly most?: number;
  /** The first version with it, and the first without it again. */
  readonly since?: string;
  readonly until?: string;
  readonly unasked?: (facts: Facts) => FlagValue | undefined;
  /** Default of the flag, in words. */
  readonly says: string;
  readonly sets?: (value: FlagValue, facts: Facts) => Settings;
  /** Keys that the flag may set, or degrees that it contributes to. */
  readonly keys?: readonly string[];
  /** Consequence of ignoring a flag that sets nothing, or only a part of its effect. */
  readonly costs?: Cost;
  /** Values at which ignoring it costs nothing. */
  readonly idle?: readonly FlagValue[];
  /** Keys that make a value cost nothing once the scenario states all of them, maybe none; undefined: no key does. */
  readonly stated?: (value: FlagValue) => readonly string[] | undefined;
  /** Kind of drafts to which the cost of the flag is limited, if they are simulated. */
  readonly ofDrafts?: DraftKind;
  /** Flags that imply this one, if it is left out. */
  readonly impliedBy?: readonly string[];
  /** Source of the name and the default. */
  readonly source: string;
}

export interface Engine {
  readonly name: "vllm" | "sglang" | "trtllm";
  readonly title: string;
  /** Known from the first of these to the last; without a version, `assumed`. */
  readonly versions: { readonly oldest: string; readonly newest: string; readonly assumed: string };
  readonly flags: readonly Flag[];
  /** Flags that change nothing that is simulated. */
  readonly harmless: ReadonlySet<string>;
  /** The layout that flags of degrees give a model with or without experts. */
  readonly layout: (value: (flag: string) => FlagValue | undefined, experts: boolean) => Layout;
  /** Names of the flags of degrees. */
  readonly degrees: readonly string[];
  /** Steps without captured graphs: the flag that asks for them, and a predicate for flags that do; `value` reads a flag. */
  readonly withoutGraphs: {
    readonly flag: string;
    readonly at: FlagValue;
    readonly isAsked: (value: (flag: string) => FlagValue | undefined, version: Version) => boolean;
  };
  /** Names on a launch line, without hyphens, of flags that are spelled shorter there. */
  readonly longNames?: Readonly<Record<string, string>>;
  /** Drafts of the flags; undefined if they state none that is simulated. */
  readonly drafting: (facts: Facts) => Drafting | undefined;
  /** By path, what a fitted value stands for that is not simulated. */
  readonly standIns?: Readonly<Record<string, string>>;
  /** Settings of the engine that no flag changes. */
  readonly always: (facts: Facts) => Settings;
}

/** Engines give each pipeline stage as many layers, whatever these cost. Source: vllm/distributed/utils.py, get_pp_indices. */
export function partitionOf({ model, layout }: Facts): Settings {
  return model.byKind && layout.pipeline > 1 ? { "parallelism.partition": "count" } : {};
}

/** Popularity of experts that the host times were fitted with, in place of an even gate. Source: docs/models/scheduling.md#host-time. */
const SIGMA = 0.6;

/** The gate of a model with experts. */
export function gateOf({ model }: Facts): Settings {
  return model.experts ? { "routing.gate.kind": "lognormal", "routing.gate.sigma": SIGMA } : {};
}

/**
 * Settings of pools in which the decoding one answers the client, the first token included. Sources: sglang/srt/disaggregation/mini_lb.py;
 * tensorrt_llm/_torch/pyexecutor/py_executor.py, _handle_first_token_response; vllm/distributed/kv_transfer, whose proxies request one
 * token from the prefilling pool and drop it.
 */
export const BY_DECODE: Settings = { "serving.firstToken": "decode" };

/** A flag that is not modelled, with the cost of leaving it out. */
export function ignored(name: string, type: FlagType, costs: Cost, more: Partial<Flag> = {}): Flag {
  return { name, type, costs, says: "off", source: "its --help", ...more };
}

/** `name` in the form in which names are compared: with hyphens in place of underscores. */
export function plainName(name: string): string {
  return name.replaceAll("_", "-");
}
