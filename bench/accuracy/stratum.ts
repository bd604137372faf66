import type { Fit, TrafficFit } from "@tokenyard/scenario";
import { type Errors, errorsOf } from "./errors.ts";
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
  /** Format of kernels. */
  readonly precision?: string;
  /** For traffic, the kernels of exchanges and their tier. */
  readonly way?: string;
  readonly heldOut: Foretold;
  readonly unseen: Foretold | undefined;
  /** Held-out rows by a table of the others, beside the fit. */
  readonly tabled?: Foretold;
  /** All rows, by another GPU's coefficients; undefined where that was not measured. */
  readonly unseenGpu?: Foretold | undefined;
}

interface Stratum {
  readonly name: string;
  /** For tables, the required error and the one that measurements would allow. */
  readonly tabled?: readonly [wanted: string, stretch: string];
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
    tabled: ["4 / 14", "3 / 10"],
    holds: ({ kind, precision }) => kind === "linear" && precision === "bf16",
  },
  {
    name: "matrix products in fp8 and nvfp4",
    wanted: "11 / 30",
    stretch: "7 / 22",
    tabled: ["5 / 20", "3.5 / 12"],
    holds: ({ kind, precision }) => kind === "linear" && precision !== "bf16",
  },
  {
    name: "experts, H100 and H200",
    wanted: "7 / 30",
    stretch: "5 / 22",
    tabled: ["2.5 / 12", "1.5 / 8"],
    holds: ({ kind, gpu }) => kind === "experts" && (gpu === "h100" || gpu === "h200"),
  },
  {
    name: "experts, B200",
    wanted: "11 / 38",
    stretch: "8 / 30",
    tabled: ["2.5 / 12", "1.5 / 8"],
    holds: ({ kind, gpu }) => kind === "experts" && gpu === "b200",
  },
  {
    name: "attention of prompts, without A100",
    wanted: "10 / 32",
    stretch: "7 / 22",
    tabled: ["3.5 / 15", "2.5 / 10"],
    holds: isAttention("prefill", "latent-prefill"),
  },
  {
    name: "attention, decoding, without A100",
    wanted: "10 / 32",
    stretch: "7 / 22",
    tabled: ["3.5 / 15", "2.5 / 10"],
    holds: isAttention("decode", "latent-decode"),
  },
  {
    name: "collectives in a node",
    wanted: "10 / 25",
    stretch: "7 / 18",
    tabled: ["3 / 12", "2 / 8"],
    holds: ({ kind }) => COLLECTIVES.has(kind),
  },
  {
    name: "exchanges per token in a node",
    wanted: "9 / 22",
    stretch: "6 / 16",
    tabled: ["2 / 6", "1 / 4"],
    holds: ({ way }) => way === "per-token node",
  },
  {
    name: "exchanges per copy over nodes",
    wanted: "3 / 6",
    stretch: "2 / 5",
    tabled: ["2 / 6", "1 / 4"],
    holds: ({ way }) => way === "per-copy fabric",
  },
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

/** A table of what tables of measured kernels foretell, by stratum. */
export function tablesTable(all: readonly Scored[]): string {
  const lines = STRATA.flatMap(({ name, tabled, holds }) => {
    if (tabled === undefined) return [];
    return [askedLine(name, pooled(all.filter(holds).flatMap((each) => each.tabled ?? [])), tabled)];
  });
  return `${tableHead(["kernels", "by a table", "wanted", "reached", "stretch", "reached"])}\n${lines.join("\n")}`;
}

const OTHER_GPUS = { "H200 by H100": "h200", "H100 by H200": "h100", "B200 by H100, another architecture": "b200" } as const;

/** A table of what one GPU's coefficients foretell of another's kernels. */
export function unseenGpuTable(all: readonly Scored[]): string {
  const lines = Object.entries(OTHER_GPUS).map(([name, gpu]) =>
    askedLine(name, pooled(all.filter((each) => each.gpu === gpu).flatMap((each) => each.unseenGpu ?? [])), ["12 / 40", "9 / 28"]),
  );
  return `${tableHead(["kernels of", "all rows", "wanted", "reached", "stretch", "reached"])}\n${lines.join("\n")}`;
}

function askedLine(name: string, errors: Errors, [wanted, stretch]: readonly [string, string]): string {
  const answer = (asked: string) => (isReached(asked, errors) ? "yes" : "no");
  return tableLine([name, errorsCell(errors), wanted, answer(wanted), stretch, answer(stretch)]);
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
