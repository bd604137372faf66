import type { Commands } from "./command.ts";
import { countingNumber, named, wholeNumber } from "./option-values.ts";
import { changedCommand } from "./scenario-commands.ts";

/** Commands that talk to servers. */
export const observeCommands: Commands = {
  observe(program, { action, terminal, hall }) {
    changedCommand(
      program,
      "observe",
      "send an OpenAI-compatible server the very requests that a simulation has, and write what it did in the form that accuracy and calibrate read",
    )
      .argument("<url>", "where the server is, such as http://localhost:8000; no other address is called")
      .option("--scenario <file>", "the scenario with the load, and with the server's plan", named)
      .option("--rate <rate>", "requests a second, such as '4 requests/s', in place of the scenario's load")
      .option("--users <n>", "users of a closed loop, in place of the scenario's load", countingNumber)
      .option("--think <time>", "how long each of --users thinks after an answer, on average (0 s)")
      .option("--prompt <tokens>", "tokens of each prompt, without a scenario", countingNumber)
      .option("--output <tokens>", "tokens of each output, without a scenario", countingNumber)
      .option("--requests <n>", "requests, without a scenario (100)", countingNumber)
      .option("--model <name>", "the model, where the server has several", named)
      .option("--api <name>", "completions, whose prompts are exact, or chat (completions)", named)
      .option(
        "--content-seed <n>",
        "the seed of what prompts say; runs with the same one share the beginnings of their prompts (another one each time, so that no cache knows them)",
        wholeNumber,
      )
      .option("--max-requests <n>", "send no more than this (10000)", countingNumber)
      .option("--max-time <time>", "end after this, whatever is in flight ('600 s')")
      .option("--stall <time>", "give up an answer after this long without a token ('120 s')")
      .option("--speed <x>", "seconds of the server that go by in a second, as of mock --speed (1)")
      .option("--key-env <name>", "the environment variable with the key, which is written nowhere", named)
      .option("--out <file>", "write each request, and the run, as lines of JSON", named)
      .option("--gpu <name>", "the GPU, a preset, where no scenario says it", named)
      .option("--gpus <n>", "GPUs of the server, where no scenario says it", countingNumber)
      .option("--engine <name>", "vllm, sglang or trtllm, with @VERSION, where neither a scenario nor the server says it", named)
      .option("--launch <line>", "the line that launched the server: accuracy simulates its plan in place of the scenario's", named)
      .option("--warm-up <n>", "requests to send before those that count (0)", wholeNumber)
      .option("--json", "print the run as a line of JSON")
      .action((url: string, options) =>
        action(options.json, async () => (await import("../commands/observe.ts")).observe(url, options, terminal, hall))(),
      );
  },
};
