import type { Shell } from "../commands/completion.ts";
import type { SchemaName } from "../commands/schema.ts";
import type { Commands } from "./command.ts";

const SCHEMAS = ["scenario", "report", "audit", "runs"] satisfies SchemaName[];
const SHELLS = ["bash", "zsh", "fish"] satisfies Shell[];

/** Commands that print references: presets, schemas, engines. */
export const referenceCommands: Commands = {
  presets(program, { action, terminal }) {
    program
      .command("presets")
      .description("list the presets, or print one as YAML")
      .argument("[name]", "name of a preset, such as h100-sxm")
      .option("--json", "print each preset as a line of JSON")
      .action((name: string | undefined, options) =>
        action(options.json, async () => (await import("../commands/presets.ts")).presets(name, options, terminal))(),
      );
  },

  schema(program, { action, terminal }) {
    program
      .command("schema")
      .description("print the JSON Schema of scenarios, reports, audits or measured runs")
      .addArgument(program.createArgument("[what]", "of what").choices(SCHEMAS).default("scenario"))
      .action((what: SchemaName) => action(false, async () => (await import("../commands/schema.ts")).schema(what, terminal))());
  },

  completion(program, { action, terminal }) {
    program
      .command("completion")
      .description("print the completion script for a shell")
      .addArgument(program.createArgument("<shell>", "which one").choices(SHELLS))
      .action((shell: Shell) =>
        action(false, async () => {
          const { completion } = await import("../commands/completion.ts");
          const { presetList } = await import("@tokenyard/scenario");
          const presets = presetList().map(({ name }) => name);
          return completion(program, shell, presets, terminal);
        })(),
      );
  },
};
