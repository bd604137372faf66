import { type FlagValue, flagText } from "@tokenyard/scenario";
import type { Server } from "./server.ts";

/** What a launch is made of beside the servers. */
export interface LaunchAround {
  /** As the engine is given it: a name of the hub, or a path. */
  readonly model: string;
  readonly gpusPerNode: number;
}

/** Ranks of one server. */
export function ranksOf({ layout, copies }: Server): number {
  const { attention, pipeline, replicas } = layout;
  return attention.tensor * attention.data * pipeline * (copies === 1 ? replicas : 1);
}

export function nodesOf(server: Server, { gpusPerNode }: LaunchAround): number {
  return Math.ceil(ranksOf(server) / gpusPerNode);
}

/** The flags of a server as words, parts of maps as JSON or dotted names. */
export function flagWords(flags: Iterable<readonly [string, FlagValue]>): readonly string[] {
  const words: string[] = [];
  const maps = new Map<string, Record<string, unknown>>();
  for (const [name, value] of flags) {
    const [whole = "", part] = name.split(/\.(.*)/s);
    if (part !== undefined) {
      const map = maps.get(whole) ?? {};
      if (!maps.has(whole)) words.push(`--${whole}`, "");
      maps.set(whole, map);
      map[part] = value;
    } else if (typeof value === "boolean") words.push(value ? `--${name}` : `--no-${name}`);
    else if (Array.isArray(value)) words.push(`--${name}`, ...value.map(String));
    else words.push(`--${name}`, flagText(value));
  }
  return words.map((word, at) => (word === "" ? JSON.stringify(maps.get(words[at - 1]!.slice(2))) : word));
}

/** The role of a server as its engine is told it. */
function roleWords({ engine, role }: Server): readonly string[] {
  if (role === "all") return [];
  if (engine.name === "vllm")
    return [
      "--kv-transfer-config",
      JSON.stringify({ kv_connector: "NixlConnector", kv_role: role === "prefill" ? "kv_producer" : "kv_consumer" }),
    ];
  return ["--disaggregation-mode", role];
}

/** The words of a launch of `server` on node `node` of its nodes. */
export function launchWords(server: Server, around: LaunchAround, node: number, port: number): readonly string[] {
  const { engine, flags } = server;
  const begin =
    engine.name === "sglang" ? ["python3", "-m", "sglang.launch_server", "--model-path", around.model] : ["vllm", "serve", around.model];
  const kept = [...flags].filter(([name]) => name !== "kv-transfer-config");
  return [...begin, ...flagWords(kept), ...roleWords(server), ...nodeWords(server, around, node), "--port", String(port)];
}

/** What tells the nodes of one server apart. */
function nodeWords(server: Server, around: LaunchAround, node: number): readonly string[] {
  const nodes = nodesOf(server, around);
  if (nodes === 1) return [];
  const { engine, layout } = server;
  if (engine.name === "sglang") return ["--nnodes", String(nodes), "--node-rank", String(node), "--dist-init-addr", "$HEAD:5000"];
  if (layout.attention.data === 1) return ["--nnodes", String(nodes), "--node-rank", String(node), "--master-addr", "$HEAD"];
  const local = Math.max(1, Math.floor(around.gpusPerNode / (layout.attention.tensor * layout.pipeline)));
  const rank = node === 0 ? [] : ["--headless", "--data-parallel-start-rank", String(node * local)];
  return [...rank, "--data-parallel-size-local", String(local), "--data-parallel-address", "$HEAD", "--data-parallel-rpc-port", "13345"];
}

/** Words as a line of a shell, a flag a line. */
export function lineText(words: readonly string[]): string {
  const parts: string[] = [];
  for (const word of words) {
    const shown = /^[\w./:=@%+,$-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
    if (/^--/.test(word) || parts.length === 0) parts.push(shown);
    else parts[parts.length - 1] += ` ${shown}`;
  }
  return parts.join(" \\\n  ");
}
