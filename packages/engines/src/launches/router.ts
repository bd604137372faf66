import type { BalancerSpec } from "@tokenyard/scenario";
import { addressOf, type PlacedServer, type PlacedServers } from "./placed.ts";

/** Clients reach the router, or the only server. */
export const FIRST_PORT = 8000;

/** The policies of vLLM's and SGLang's routers, which are of one origin. */
const POLICIES: Readonly<Record<string, string>> = {
  "round-robin": "round_robin",
  random: "random",
  "two-choices": "power_of_two",
  "prefix-aware": "cache_aware",
};

/** The words that launch the router in front of several servers; undefined where there is but one. A policy that it does not have goes to `remarks`. */
export function routerWords(
  { placed, nodes }: PlacedServers,
  balancer: BalancerSpec | undefined,
  remarks: string[],
): readonly string[] | undefined {
  if (placed.length < 2) return undefined;
  const { engine, role } = placed[0]!.server;
  const kind = balancer?.kind ?? "round-robin";
  const policy = POLICIES[kind] ?? "power_of_two";
  if (POLICIES[kind] === undefined) remarks.push(`serving.balancer.replicas: the router has power_of_two, the scenario ${kind}`);
  const url = ({ nodes: own, port }: PlacedServer) => `http://${addressOf(own[0]!, nodes)}:${port}`;
  const isSplit = role !== "all";
  const isSglang = engine.name === "sglang";
  const roles = placed.flatMap((each) => [
    `--${each.server.role}`,
    url(each),
    ...(isSglang && each.server.role === "prefill" ? [String(each.transferPort)] : []),
  ]);
  return [
    ...(isSglang ? ["python3", "-m", "sglang_router.launch_router"] : ["vllm-router"]),
    ...(isSplit ? [isSglang ? "--pd-disaggregation" : "--vllm-pd-disaggregation", ...roles] : ["--worker-urls", ...placed.map(url)]),
    "--policy",
    policy,
    "--host",
    "0.0.0.0",
    "--port",
    String(FIRST_PORT),
  ];
}
