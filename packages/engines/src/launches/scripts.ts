import type { BalancerSpec } from "@tokenyard/scenario";
import { stringify } from "yaml";
import { launchWords, lineText, plainPart } from "./lines.ts";
import { addressOf, type PlacedServer, type PlacedServers, placedServers } from "./placed.ts";
import { type LaunchAround, ranksOf } from "./ranks.ts";
import { FIRST_PORT, routerWords } from "./router.ts";
import type { Server } from "./server.ts";

/** A file of a launch: its name, and its text. */
export interface LaunchFile {
  readonly name: string;
  readonly text: string;
}

/** The most copies of a server that are written out as lines. */
export const MOST_LINES = 64;

/** Facts that a script needs besides the launch. */
export interface ScriptAround extends LaunchAround {
  readonly balancer: BalancerSpec | undefined;
  /** Receives the differences between the script and the scenario. */
  readonly remarks: string[];
}

/** A script with a command for each node of each copy of the servers, and a router in front of several. */
export function scriptOf(servers: readonly Server[], around: ScriptAround): LaunchFile {
  const all = placedOf(servers, around);
  const router = routerWords(all, around.balancer, around.remarks);
  return launchScript(servers, all, router && lineText(router), (each, at) => launchWords(each, around, at, all.nodes));
}

/** TensorRT-LLM's options, and the script whose lines read them. */
export function trtllmFiles(servers: readonly Server[], around: ScriptAround): readonly LaunchFile[] {
  const all = placedOf(servers, around);
  const options = servers.map((server) => ({ name: optionsName(server), text: `${comments([server])}${stringify(nested(server))}` }));
  const isSplit = servers.length > 1;
  if (!isSplit && all.placed.length > 1)
    around.remarks.push(`a balancer before ${all.placed.length} servers: TensorRT-LLM has none, so that one of your own is needed`);
  const frontEnd = `cat > disagg.yaml << EOF\n${stringify(frontEndOf(all))}EOF\ntrtllm-serve disaggregated -c disagg.yaml`;
  const router = isSplit ? frontEnd : undefined;
  const script = launchScript([], all, router, (each, at) => (at === 0 ? trtllmWords(each, around, all.nodes) : undefined));
  return [...options, script];
}

function placedOf(servers: readonly Server[], around: LaunchAround): PlacedServers {
  const copies = servers.reduce((sum, server) => sum + server.copies, 0);
  return placedServers(servers, around, copies > 1 ? FIRST_PORT + 1 : FIRST_PORT);
}

/** The script of `all`, a branch for each node; `words` launch one copy on one of its nodes. */
function launchScript(
  servers: readonly Server[],
  all: PlacedServers,
  router: string | undefined,
  words: (each: PlacedServer, at: number) => readonly string[] | undefined,
): LaunchFile {
  const { placed, nodes } = all;
  const of = (node: number): string[] => {
    const commands = placed.flatMap((each) => {
      const at = each.nodes.indexOf(node);
      const launch = at < 0 ? undefined : words(each, at);
      return launch === undefined ? [] : [`# ${titleOf(each, at)}\n${lineText(launch)} &`];
    });
    return router === undefined || node > 0 ? commands : [...commands, `# clients ask this one\n${router} &`];
  };
  const numbers = Array.from({ length: nodes }, (_, node) => node);
  const body =
    nodes === 1
      ? of(0).join("\n")
      : `case "\${NODE:?the number of this node, from 0}" in\n${numbers.map((node) => `${node})\n${of(node).join("\n")}\n;;`).join("\n")}\nesac`;
  const names = numbers.map((node) => `NODE${node}`);
  const shown = names.length > 3 ? `${names[0]} to ${names.at(-1)}` : names.join(" and ");
  const head =
    nodes === 1 ? "" : `# Runs on each of ${nodes} nodes, with its number from 0 on in NODE, and the addresses of all in ${shown}.\n`;
  return { name: "launch.sh", text: `#!/usr/bin/env bash\n${head}${comments(servers)}${body}\nwait\n` };
}

/** `prefill, copy 2: 8 GPUs, node 1 of 2` */
function titleOf({ server, copy, nodes }: PlacedServer, at: number): string {
  const parts = [server.role === "all" ? "" : server.role, server.copies > 1 ? `copy ${copy + 1} of ${server.copies}` : ""];
  const name = parts.filter((part) => part !== "").join(", ");
  const ranks = ranksOf(server);
  return `${name === "" ? "" : `${name}: `}${ranks} ${ranks === 1 ? "GPU" : "GPUs"}${nodes.length > 1 ? `, node ${at + 1} of ${nodes.length}` : ""}`;
}

/** Comment lines for flags that the scenario states and that are not modelled. */
export function comments(servers: readonly Server[]): string {
  const lines = servers.flatMap(({ engine, ignored }) =>
    ignored.map(({ name, value, cost }) => {
      const stated = engine.name === "trtllm" ? `${name}: ${String(value)}` : `--${name} ${String(value)}`;
      return `# ${stated}: ${cost}`.replace(/\s+/g, " ");
    }),
  );
  return [...new Set(lines)].map((line) => `${line}\n`).join("");
}

/** One server over several nodes is one MPI job, begun on its first. */
function trtllmWords(
  { server, nodes: own, gpus, port }: PlacedServer,
  { model, gpusPerNode }: LaunchAround,
  nodes: number,
): readonly string[] {
  const { role } = server;
  const visible =
    gpus === undefined ? [] : [`CUDA_VISIBLE_DEVICES=${Array.from({ length: gpus.count }, (_, i) => gpus.first + i).join(",")}`];
  const hosts = own.map((node) => `${addressOf(node, nodes)}:${gpusPerNode}`).join(",");
  const job = own.length > 1 ? ["mpirun", "-n", String(ranksOf(server)), "-H", hosts, "trtllm-llmapi-launch"] : [];
  const roleWords = role === "all" ? [] : ["--server_role", role === "prefill" ? "context" : "generation"];
  const host = nodes > 1 ? ["--host", "0.0.0.0"] : [];
  return [
    ...visible,
    ...job,
    "trtllm-serve",
    model,
    ...roleWords,
    "--extra_llm_api_options",
    optionsName(server),
    ...host,
    "--port",
    String(port),
  ];
}

/** Configuration of the front end of two pools: the servers that it sends requests to. */
function frontEndOf({ placed, nodes }: PlacedServers): object {
  const urls = (role: Server["role"]) =>
    placed.filter(({ server }) => server.role === role).map(({ nodes: own, port }) => `${addressOf(own[0]!, nodes)}:${port}`);
  const part = (role: Server["role"]) => ({ num_instances: urls(role).length, urls: urls(role) });
  return {
    hostname: "0.0.0.0",
    port: FIRST_PORT,
    backend: "pytorch",
    context_servers: part("prefill"),
    generation_servers: part("decode"),
  };
}

export function optionsName({ role }: Server): string {
  return role === "all" ? "options.yaml" : `${role}.yaml`;
}

/** Options with their parts in maps, as the file has them; of two pools, with how they hand the cache over. */
export function nested({ flags, role }: Server): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of flags) {
    const [whole = "", part] = name.split(/\.(.*)/s);
    const plain = value === "null" ? null : plainPart(value);
    if (part !== undefined) options[whole] = { ...(options[whole] as object | undefined), [part]: plain };
    else if (isMap(plain)) options[whole] = { ...plain, ...(options[whole] as object | undefined) };
    else options[whole] = plain;
  }
  if (role === "all") return options;
  const transfer = { cache_transceiver_config: { backend: "DEFAULT" } };
  return role === "prefill" ? { ...options, disable_overlap_scheduler: true, ...transfer } : { ...options, ...transfer };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
