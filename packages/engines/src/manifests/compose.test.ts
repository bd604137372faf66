import { expect, test } from "vitest";
import { importText } from "../import.ts";
import type { ImportOptions } from "../import-options.ts";
import { isLaunch } from "../launched.ts";

const plan = (text: string, options: Partial<ImportOptions> = {}) => {
  expect(isLaunch(text)).toBe(true);
  const { loaded, deployment } = importText(text, { file: "compose.yaml", ...options });
  const { model, parallelism, engine, pools } = loaded.scenario;
  return { engine: deployment.engine.name, version: deployment.version.text, flags: engine?.flags, model, parallelism, pools };
};

const IMAGE = `services:
  vllm:
    image: vllm/vllm-openai:v0.11.0
    ipc: host
    environment: { HF_TOKEN: x }
    command: --model Qwen/Qwen3-235B-A22B-Instruct-2507-FP8 --tensor-parallel-size \${TP:-4} --enable-expert-parallel
      --max-num-seqs 96
    deploy:
      resources: { reservations: { devices: [{ driver: nvidia, count: 4, capabilities: [gpu] }] } }
`;

test("an image of vLLM with its flags is a server of that version, with default values of variables", () => {
  const { engine, version, flags, parallelism } = plan(IMAGE);
  expect({ engine, version, flags }).toEqual({ engine: "vllm", version: "0.11.0", flags: { "max-num-seqs": 96 } });
  expect(parallelism).toMatchObject({ expert: 4, attention: { tensor: 4, data: 1 } });
});

test("variables of the command line stand in for those of the host", () => {
  expect(() => plan(IMAGE, { env: new Map([["TP", "8"]]) })).toThrow("4"); // more than the service reserves
  const { parallelism } = plan(IMAGE.replace("count: 4", "count: all"), { env: new Map([["TP", "8"]]) });
  expect(parallelism).toMatchObject({ expert: 8 });
});

test("entrypoint and command are one line, as SGLang's own file has it; lists, replicas and shells are read", () => {
  const sglang = plan(`services:
  sglang:
    image: lmsysorg/sglang:v0.5.9
    entrypoint: python3 -m sglang.launch_server
    command: --model-path meta-llama/Llama-3.1-8B-Instruct
      --host 0.0.0.0
      --port 30000
`);
  expect(sglang).toMatchObject({ engine: "sglang", parallelism: { tensor: 1, data: 1 } });
  const listed = plan(`version: "3"
services:
  front: { image: "nginx:1" }
  serve:
    image: vllm/vllm-openai:latest
    scale: 1
    deploy: { replicas: 3 }
    command: ["--model", "Qwen/Qwen3-30B-A3B", "--tensor-parallel-size", "2"]
`);
  expect(listed.parallelism).toMatchObject({ tensor: 2, data: 3 });
  const shell = plan(`services:
  serve:
    image: vllm/vllm-openai:latest
    command: ["bash", "-c", "export A=1 && vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 2"]
`);
  expect(shell.parallelism).toMatchObject({ tensor: 2, data: 1 });
});

test("a file of services that launch no server is none, and says what would be", () => {
  expect(() => importText("services:\n  a: { image: redis }\n", { file: "compose.yaml" })).toThrow("a file of Docker Compose");
});
