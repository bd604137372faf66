import { stringify } from "yaml";
import { type LaunchAround, launchWords, lineText, nodesOf, ranksOf } from "./lines.ts";
import type { Server } from "./server.ts";

/** A file of a launch: its name, and its text. */
export interface LaunchFile {
  readonly name: string;
  readonly text: string;
}

/** The most copies of a server that are written out as lines. */
export const MOST_LINES = 64;

const FIRST_PORT = 8000;

/** A script with a command for each node of each copy of the servers. */
export function scriptOf(servers: readonly Server[], around: LaunchAround): LaunchFile {
  let port = FIRST_PORT;
  const parts = servers.flatMap((server) => {
    const first = port;
    port += server.copies;
    const nodes = nodesOf(server, around);
    const copies = Array.from({ length: server.copies }, (_, copy) => copy);
    const comments = server.ignored.map(({ name, value, cost }) => `# --${name} ${String(value)}: ${cost}`.replace(/\s+/g, " "));
    const commands = copies.flatMap((copy) =>
      Array.from({ length: nodes }, (_, node) => {
        const of = [
          server.role === "all" ? "" : server.role,
          server.copies > 1 ? `copy ${copy + 1}` : "",
          nodes > 1 ? `node ${node}` : "",
        ].filter((part) => part !== "");
        return `${of.length === 0 ? "" : `# ${of.join(", ")}\n`}${lineText(launchWords(server, around, node, first + copy))} &`;
      }),
    );
    return [`# ${server.copies} × ${ranksOf(server)} GPUs${server.role === "all" ? "" : `, ${server.role}`}`, ...comments, ...commands];
  });
  const isSpread = servers.some((server) => nodesOf(server, around) > 1);
  const head = isSpread ? "# HEAD is the address of the first node of a server, and is exported on each of its nodes.\n" : "";
  return { name: "launch.sh", text: `#!/usr/bin/env bash\n${head}${parts.join("\n")}\nwait\n` };
}

/** TensorRT-LLM's options, and the line that reads them; of two pools one file has both. */
export function trtllmFiles(servers: readonly Server[], around: LaunchAround): readonly LaunchFile[] {
  const comments = servers.flatMap(({ ignored }) =>
    ignored.map(({ name, value, cost }) => `# ${name}: ${String(value)}: ${cost}`.replace(/\s+/g, " ")),
  );
  const top = comments.length === 0 ? "" : `${comments.join("\n")}\n`;
  const [first] = servers;
  if (servers.length === 1) {
    const lines = Array.from(
      { length: first!.copies },
      (_, copy) => `trtllm-serve ${around.model} --extra_llm_api_options options.yaml --port ${FIRST_PORT + copy} &`,
    );
    const nodes = nodesOf(first!, around);
    const head = `#!/usr/bin/env bash\n# ${first!.copies} × ${ranksOf(first!)} GPUs${nodes > 1 ? `, each on ${nodes} nodes: under mpirun or srun with trtllm-llmapi-launch` : ""}\n`;
    return [
      { name: "options.yaml", text: top + stringify(nested(first!)) },
      { name: "launch.sh", text: `${head}${lines.join("\n")}\nwait\n` },
    ];
  }
  const part = (server: Server) => ({ num_instances: server.copies, ...nested(server) });
  const [prefill, decode] = servers;
  const config = {
    model: around.model,
    hostname: "localhost",
    port: FIRST_PORT,
    context_servers: part(prefill!),
    generation_servers: part(decode!),
  };
  return [
    { name: "disagg.yaml", text: top + stringify(config) },
    { name: "launch.sh", text: "#!/usr/bin/env bash\ntrtllm-serve disaggregated -c disagg.yaml\n" },
  ];
}

/** Options with their parts in maps, as the file has them. */
export function nested({ flags }: Server): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of flags) {
    const [whole = "", part] = name.split(/\.(.*)/s);
    if (part === undefined) options[whole] = value;
    else options[whole] = { ...(options[whole] as object | undefined), [part]: value };
  }
  return options;
}
