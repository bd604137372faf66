import { type FlagValue, flagText } from "@tokenyard/scenario";
import { addressOf, type PlacedServer } from "./placed.ts";
import { type LaunchAround, localGroups, nodesOf } from "./ranks.ts";
import type { Server } from "./server.ts";

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
      map[part] = plainPart(value);
    } else if (typeof value === "boolean") words.push(value ? `--${name}` : `--no-${name}`);
    else if (Array.isArray(value)) words.push(`--${name}`, ...value.map(String));
    else words.push(`--${name}`, flagText(value));
  }
  return words.map((word, at) => (word === "" ? JSON.stringify(maps.get(words[at - 1]!.slice(2))) : word));
}

/** A part of a map, which may be a number, a list or a map itself that its row has as text. */
export function plainPart(value: FlagValue): unknown {
  return typeof value === "string" && /^(?:[[{]|\d+$)/.test(value) ? JSON.parse(value) : value;
}

/** The role of a server as its flags state it. */
export function roleWords({ engine, role }: Server): readonly string[] {
  if (role === "all") return [];
  if (engine.name === "vllm")
    return [
      "--kv-transfer-config",
      JSON.stringify({ kv_connector: "NixlConnector", kv_role: role === "prefill" ? "kv_producer" : "kv_consumer" }),
    ];
  return ["--disaggregation-mode", role];
}

/** The words of a launch of one copy on the `at`-th of its nodes, with the variables before it. */
export function launchWords(
  { server, nodes: own, gpus, port, transferPort }: PlacedServer,
  around: LaunchAround,
  at: number,
  nodes: number,
): readonly string[] {
  const { engine, flags, role } = server;
  const visible =
    gpus === undefined ? [] : [`CUDA_VISIBLE_DEVICES=${Array.from({ length: gpus.count }, (_, i) => gpus.first + i).join(",")}`];
  const isVllm = engine.name === "vllm";
  const transfer = role === "all" || !isVllm ? [] : transferVariables(transferPort, addressOf(own[at]!, nodes), nodes);
  const bootstrap = role === "prefill" && !isVllm ? ["--disaggregation-bootstrap-port", String(transferPort)] : [];
  const begin = isVllm ? ["vllm", "serve", around.model] : ["python3", "-m", "sglang.launch_server", "--model-path", around.model];
  const kept = [...flags].filter(([name]) => name !== "kv-transfer-config");
  const isHeadless = isVllm && at > 0;
  const listens = isHeadless ? [] : [...(nodes > 1 ? ["--host", "0.0.0.0"] : []), "--port", String(port)];
  const head = addressOf(own[0]!, nodes);
  return [
    ...visible,
    ...transfer,
    ...Object.entries(server.environment).map(([name, value]) => `${name}=${value}`),
    ...begin,
    ...flagWords(kept),
    ...roleWords(server),
    ...bootstrap,
    ...nodeWords(server, around, at, head),
    ...listens,
  ];
}

/** Variables for the ports on which ranks of a node serve the cache to others; each server of a node needs ports of its own. */
function transferVariables(port: number, address: string, nodes: number): readonly string[] {
  return [...(nodes > 1 ? [`VLLM_NIXL_SIDE_CHANNEL_HOST=${address}`] : []), `VLLM_NIXL_SIDE_CHANNEL_PORT=${port}`];
}

/** Words that differ between the nodes of one server; `head` is the address of the first. */
function nodeWords(server: Server, around: LaunchAround, node: number, head: string): readonly string[] {
  const nodes = nodesOf(server, around);
  if (nodes === 1) return [];
  const { engine, layout } = server;
  if (engine.name === "sglang") return ["--nnodes", String(nodes), "--node-rank", String(node), "--dist-init-addr", `${head}:5000`];
  const headless = node === 0 ? [] : ["--headless"];
  if (layout.attention.data === 1) return ["--nnodes", String(nodes), "--node-rank", String(node), "--master-addr", head, ...headless];
  const local = localGroups(server, around);
  const rank = node === 0 ? [] : ["--data-parallel-start-rank", String(node * local)];
  return [
    ...headless,
    ...rank,
    "--data-parallel-size-local",
    String(local),
    "--data-parallel-address",
    head,
    "--data-parallel-rpc-port",
    "13345",
  ];
}

/** Words as a line of a shell, a flag a line. */
export function lineText(words: readonly string[]): string {
  const parts: string[] = [];
  let isCommand: boolean = false;
  for (const word of words) {
    const isVariable: boolean = !isCommand && /^[A-Z_]+=/.test(word);
    const shown = /^[\w./:=@%+,$-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
    if (/^--/.test(word) || isVariable || !isCommand) parts.push(shown);
    else parts[parts.length - 1] += ` ${shown}`;
    isCommand ||= !isVariable;
  }
  return parts.join(" \\\n  ");
}
