import { type LaunchAround, nodesOf, ranksOf } from "./ranks.ts";
import type { Server } from "./server.ts";

/** One copy of a server, on the GPUs of its nodes. */
export interface PlacedServer {
  readonly server: Server;
  /** Index among the copies of its server, from 0. */
  readonly copy: number;
  /** Nodes of the server, in order. */
  readonly nodes: readonly number[];
  /** GPUs of a node that the server uses; undefined if it uses whole nodes. */
  readonly gpus: { readonly first: number; readonly count: number } | undefined;
  readonly port: number;
  /** Port of the first rank; ranks of a node that serve the cache count up from it. */
  readonly transferPort: number;
}

/** The copies of all servers with places on a cluster, and how many nodes they need. */
export interface PlacedServers {
  readonly placed: readonly PlacedServer[];
  readonly nodes: number;
}

const FIRST_TRANSFER_PORT = 5600; // vLLM's default of VLLM_NIXL_SIDE_CHANNEL_PORT

/** Places each copy on the first node with enough free GPUs, and one of more than a node on nodes of its own. Ports count up from `firstPort`. */
export function placedServers(servers: readonly Server[], around: LaunchAround, firstPort: number): PlacedServers {
  const { gpusPerNode } = around;
  const used: number[] = [];
  let port = firstPort;
  const placed = servers.flatMap((server) =>
    Array.from({ length: server.copies }, (_, copy): PlacedServer => {
      const ranks = ranksOf(server);
      const count = nodesOf(server, around);
      const shared = count > 1 ? -1 : used.findIndex((taken) => taken + ranks <= gpusPerNode);
      const node = shared < 0 ? used.length : shared;
      const first = used[node] ?? 0;
      for (let i = 0; i < count; i++) used[node + i] = count > 1 ? gpusPerNode : first + ranks;
      return {
        server,
        copy,
        nodes: Array.from({ length: count }, (_, i) => node + i),
        gpus: { first, count: ranks },
        port: port++,
        transferPort: FIRST_TRANSFER_PORT + first,
      };
    }),
  );
  const isAlone = ({ nodes }: PlacedServer) => nodes.length > 1 || placed.filter((each) => each.nodes[0] === nodes[0]).length === 1;
  return { placed: placed.map((each) => (isAlone(each) ? { ...each, gpus: undefined } : each)), nodes: used.length };
}

/** The address of a node for the others, as its name in a shell. */
export function addressOf(node: number, nodes: number): string {
  return nodes === 1 ? "localhost" : `$NODE${node}`;
}
