import { type ClusterSpec, MEASURED_TRAFFIC, type MeasuredTraffic, TRAFFIC_WORDS } from "@tokenyard/scenario";

/** A collective over ranks spread evenly over nodes, or a send between two of them. */
export interface MeasuredCollective {
  readonly kind: CollectiveKind;
  readonly library: string;
  /** Number of the file: rows of one were measured together. */
  readonly file: number;
  readonly ranks: number;
  readonly nodes: number;
  /** Bytes of the whole buffer, or of the send. */
  readonly bytes: number;
  readonly seconds: number;
}

export type CollectiveKind = "all-reduce" | "all-gather" | "reduce-scatter" | "all-to-all" | "send";

/** A dispatch or a combine of tokens with arbitrary experts, with the traffic of a rank in it. */
export interface MeasuredExchange {
  readonly dispatch: "per-token" | "per-copy";
  readonly phase: "dispatch" | "combine";
  readonly file: number;
  readonly ranks: number;
  readonly nodes: number;
  readonly experts: number;
  readonly topK: number;
  readonly tokenBytes: number;
  readonly nodeBytes: number;
  readonly fabricBytes: number;
  /** Copies in these bytes, or tokens, each counted once for each destination rank. */
  readonly copies: number;
  readonly multiprocessors: number | undefined;
  readonly seconds: number;
}

/** All rows of a network's tables. */
export function measuredTraffic(files: NonNullable<ClusterSpec["network"]["files"]>) {
  const collectives: MeasuredCollective[] = [];
  const exchanges: MeasuredExchange[] = [];
  for (const [file, { rows }] of files.entries()) {
    for (const row of rows) {
      const kind = row[0] as MeasuredTraffic;
      const columns: readonly string[] = MEASURED_TRAFFIC[kind];
      const size = (column: string) => Number(row[TRAFFIC_WORDS.length + columns.indexOf(column)]);
      const origin = { file, nodes: size("nodes"), seconds: size("us") / 1e6 };
      switch (kind) {
        case "send":
          collectives.push({ ...origin, kind, library: String(row[1]), ranks: 2, bytes: size("bytes") });
          break;
        case "all-reduce":
        case "all-gather":
        case "reduce-scatter":
        case "all-to-all":
          collectives.push({ ...origin, kind, library: String(row[1]), ranks: size("ranks"), bytes: size("bytes") });
          break;
        case "per-token-dispatch":
        case "per-token-combine":
        case "per-copy-dispatch":
        case "per-copy-combine":
          exchanges.push({ ...origin, ...exchangeOf(kind, size) });
          break;
      }
    }
  }
  return { collectives, exchanges };
}

/** Most nodes over which tables of a network have exchanges by such kernels; 0 without any. */
export function mostTabledNodes({ files = [] }: ClusterSpec["network"], dispatch: MeasuredExchange["dispatch"]): number {
  const of = measuredTraffic(files).exchanges.filter((row) => row.dispatch === dispatch);
  return of.reduce((most, { nodes }) => Math.max(most, nodes), 0);
}

type ExchangeKind = Extract<MeasuredTraffic, `${string}-dispatch` | `${string}-combine`>;

function exchangeOf(kind: ExchangeKind, size: (column: string) => number) {
  const dispatch = kind.startsWith("per-token") ? "per-token" : "per-copy";
  const [tokens, tokenBytes] = [size("tokens"), size("tokenBytes")];
  const spread = { dispatch, ranks: size("ranks"), nodes: size("nodes"), experts: size("experts"), topK: size("topK") } as const;
  const { inNode, overFabric } = sentPerToken(spread);
  return {
    ...spread,
    phase: kind.endsWith("dispatch") ? "dispatch" : "combine",
    tokenBytes,
    nodeBytes: tokens * inNode * tokenBytes,
    fabricBytes: tokens * overFabric * tokenBytes,
    copies: tokens * (inNode + overFabric),
    multiprocessors: dispatch === "per-token" ? size("multiprocessors") : undefined,
  } as const;
}

export type ExchangeSpread = Pick<MeasuredExchange, "dispatch" | "ranks" | "nodes" | "experts" | "topK">;

/**
 * Mean copies that a rank sends for each of its tokens, in its node and over the fabric, as the simulator counts them: without those that
 * stay at home.
 */
export function sentPerToken({ dispatch, ranks, nodes, experts, topK }: ExchangeSpread) {
  const perNode = ranks / nodes;
  const once = dispatch === "per-token";
  const toRanks = once ? visited(ranks, experts, topK) : topK;
  const toNodes = once ? visited(nodes, experts, topK) : topK;
  return {
    inNode: once ? (toRanks * (perNode - 1)) / perNode : (topK * (perNode - 1)) / ranks,
    overFabric: (toNodes * (nodes - 1)) / nodes,
  };
}

/** How many of `parts` a token visits whose `chosen` experts of `experts` are any. */
function visited(parts: number, experts: number, chosen: number): number {
  const apart = experts - experts / parts;
  let none = 1; // the chance that a part has none of them
  for (let i = 0; i < chosen; i++) none *= Math.max(0, apart - i) / (experts - i);
  return parts * (1 - none);
}
