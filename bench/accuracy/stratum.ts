import type { Fit, TrafficFit } from "@tokenyard/scenario";
import { errorsOf } from "./errors.ts";
import { errorsCell, tableHead, tableLine } from "./page.ts";

/** Times foretold and measured of rows that no fit saw. */
export interface Foretold {
  readonly predicted: readonly number[];
  readonly measured: readonly number[];
}

/** One group of kernels, or of traffic: on held-out rows, and on unseen sizes where it has some. */
export interface Scored {
  readonly kind: Fit["kind"] | TrafficFit["kind"];
  readonly gpu: string;
  /** Of kernels. */
  readonly precision?: string;
  /** Of traffic: which kernels of exchanges, and over which tier. */
  readonly way?: string;
  readonly heldOut: Foretold;
  readonly unseen: Foretold | undefined;
}

interface Stratum {
  readonly name: string;
  /** Median and 90th percentile that are asked for, and that would be as good as measurements allow. */
  readonly wanted: string;
  readonly stretch: string;
  holds(scored: Scored): boolean;
}

const isAttention =
  (...kinds: Fit["kind"][]) =>
  ({ kind, gpu }: Scored) =>
    kinds.some((own) => own === kind) && gpu !== "a100";

/** Sets of groups that are asked for together. */
const STRATA: readonly Stratum[] = [
  {
    name: "matrix products in bf16",
    wanted: "8 / 22",
    stretch: "5 / 15",
    holds: ({ kind, precision }) => kind === "linear" && precision === "bf16",
  },
  {
    name: "matrix products in fp8 and nvfp4",
    wanted: "11 / 30",
    stretch: "7 / 22",
    holds: ({ kind, precision }) => kind === "linear" && precision !== "bf16",
  },
  {
    name: "experts, H100 and H200",
    wanted: "7 / 30",
    stretch: "5 / 22",
    holds: ({ kind, gpu }) => kind === "experts" && (gpu === "h100" || gpu === "h200"),
  },
  { name: "experts, B200", wanted: "11 / 38", stretch: "8 / 30", holds: ({ kind, gpu }) => kind === "experts" && gpu === "b200" },
  {
    name: "attention of prompts, without A100",
    wanted: "10 / 32",
    stretch: "7 / 22",
    holds: isAttention("prefill", "latent-prefill"),
  },
  { name: "attention, decoding, without A100", wanted: "10 / 32", stretch: "7 / 22", holds: isAttention("decode", "latent-decode") },
  { name: "collectives in a node", wanted: "10 / 25", stretch: "7 / 18", holds: ({ kind }) => COLLECTIVES.has(kind) },
  { name: "exchanges per token in a node", wanted: "9 / 22", stretch: "6 / 16", holds: ({ way }) => way === "per-token node" },
  { name: "exchanges per copy over nodes", wanted: "3 / 6", stretch: "2 / 5", holds: ({ way }) => way === "per-copy fabric" },
];

const COLLECTIVES: ReadonlySet<string> = new Set(["all-reduce", "all-gather", "all-to-all"]);

/** A table of the strata's errors. */
export function strataTable(all: readonly Scored[]): string {
  const lines = STRATA.map(({ name, wanted, stretch, holds }) => {
    const own = all.filter(holds);
    const unseen = own.flatMap((each) => each.unseen ?? []);
    const errors = [pooled(own.map((each) => each.heldOut)), ...(unseen.length === 0 ? [] : [pooled(unseen)])];
    const cells = errors.map(errorsCell);
    const answer = (asked: string) => (errors.every((each) => isReached(asked, each)) ? "yes" : "no");
    return tableLine([name, cells[0]!, cells[1] ?? "", wanted, answer(wanted), stretch, answer(stretch)]);
  });
  return `${tableHead(["kernels", "held out", "unseen sizes", "wanted", "reached", "stretch", "reached"])}\n${lines.join("\n")}`;
}

function pooled(all: readonly Foretold[]) {
  return errorsOf(
    all.flatMap(({ predicted }) => predicted),
    all.flatMap(({ measured }) => measured),
  );
}

function isReached(wanted: string, errors: ReturnType<typeof errorsOf>): boolean {
  const [median, p90] = wanted.split(" / ").map(Number) as [number, number];
  return errors.median * 100 <= median && errors.p90 * 100 <= p90;
}
