import type { Commands } from "./command.ts";
import { launchOptions, ofLaunch } from "./launch-options.ts";
import { named, port, wholeNumber } from "./option-values.ts";
import { changedCommand, FILE } from "./scenario-commands.ts";

/** The commands that answer over HTTP until Ctrl-C: with a page in the browser, and as a server that a plan stands for. */
export const pageCommands: Commands = {
  mock(program, { action, terminal }) {
    launchOptions(changedCommand(program, "mock", "be the server that a plan describes: OpenAI's API, with the latencies of the plan"))
      .argument("<file>", FILE)
      .option("--port <n>", "port to listen on; 0 takes a free one (8000)", port)
      .option("--host <address>", "address to listen on, where others than this machine may reach it (127.0.0.1)", named)
      .option("--speed <x>", "simulated seconds that go by in a second (1)")
      .option("--replica <n>", "be this replica of the plan only, counted from 0, behind a router of yours", wholeNumber)
      .option("--metrics <names>", "metrics that /metrics gives, such as 'vllm:*,sglang:*,dynamo*,DCGM*' (vllm:*)", named)
      .option(
        "--kv-events <address>",
        "publish over ZMQ which blocks the prefix caches keep, as vLLM does, such as tcp://127.0.0.1:5557",
        named,
      )
      .option("--kv-topic <text>", "the topic of those events (kv@ADDRESS@MODEL)", named)
      .action((file: string, options) =>
        action(false, async () => (await import("../commands/mock.ts")).mock(file, ofLaunch(options), terminal))(),
      );
  },

  serve(program, { action, terminal }) {
    program
      .command("serve")
      .description("show plans on a page in the browser, which runs them there; read-only, on this machine")
      .argument(
        "[files...]",
        "scenarios, launch lines or manifests; studies that --out keeps, which are followed as they go on; metrics of a run, which /metrics gives; without any, the page opens with the gallery",
      )
      .option("--port <n>", "port to listen on; 0 takes a free one (0)", port)
      .option("--host <address>", "address to listen on, where others than this machine may reach it (127.0.0.1)", named)
      .option("--save <file>", "write the page with the first plan as one file of HTML that needs no server, and end", named)
      .option("--open", "also open the page in the browser")
      .action((files: string[], options) =>
        action(false, async () => (await import("../commands/serve.ts")).serve(files, options, terminal))(),
      );
  },
};
