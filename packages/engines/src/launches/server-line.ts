import { flagWords, lineText, roleWords } from "./lines.ts";
import { ranksOf } from "./ranks.ts";
import { nested, optionsName } from "./scripts.ts";
import type { Server } from "./server.ts";

/** Launch of a server: the command of one copy on one line, without ports, nodes and addresses. */
export interface ServerLine {
  readonly role: Server["role"];
  readonly copies: number;
  /** GPUs of one copy. */
  readonly gpus: number;
  readonly line: string;
}

export function serverLine(server: Server, model: string): ServerLine {
  const { role, copies } = server;
  return { role, copies, gpus: ranksOf(server), line: lineOf(server, model) };
}

function lineOf(server: Server, model: string): string {
  const { engine, flags } = server;
  if (engine.name === "trtllm")
    return `trtllm-serve ${model} --extra_llm_api_options ${optionsName(server)} # ${JSON.stringify(nested(server))}`;
  const begin = engine.name === "vllm" ? ["vllm", "serve", model] : ["python3", "-m", "sglang.launch_server", "--model-path", model];
  const kept = [...flags].filter(([name]) => name !== "kv-transfer-config");
  return lineText([...begin, ...flagWords(kept), ...roleWords(server)]).replaceAll(" \\\n  ", " ");
}
