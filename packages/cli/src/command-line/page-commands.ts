import type { Commands } from "./command.ts";
import { named, port } from "./option-values.ts";

/** The command that shows plans in the browser. */
export const pageCommands: Commands = {
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
