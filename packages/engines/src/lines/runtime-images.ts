import type { Engine } from "@tokenyard/scenario";

type Versions = Readonly<Record<Engine["name"], string>>;

/** Engines in the runtime images of Dynamo, by its minor release. Source: docs.nvidia.com/dynamo, reference/compatibility, and its support matrices. */
const RELEASES: Readonly<Record<string, Versions>> = {
  "0.6": { vllm: "0.11.0", sglang: "0.5.3.post2", trtllm: "1.1.0rc5" },
  "0.7": { vllm: "0.11.0", sglang: "0.5.4.post3", trtllm: "1.2.0rc3" },
  "0.8": { vllm: "0.12.0", sglang: "0.5.6.post2", trtllm: "1.2.0rc6" },
  "0.9": { vllm: "0.14.1", sglang: "0.5.8", trtllm: "1.3.0rc1" },
  "1.1": { vllm: "0.19.0", sglang: "0.5.10.post1", trtllm: "1.3.0rc11" },
  "1.2": { vllm: "0.20.1", sglang: "0.5.11", trtllm: "1.3.0rc14" },
  "1.3": { vllm: "0.23.0", sglang: "0.5.14", trtllm: "1.3.0rc19" },
  "1.4": { vllm: "0.26.0", sglang: "0.5.16", trtllm: "1.3.0rc22" },
  "1.5": { vllm: "0.28.0", sglang: "0.5.18", trtllm: "1.3.0rc25" },
};

const ENGINES: Readonly<Record<string, Engine["name"]>> = { vllm: "vllm", sglang: "sglang", tensorrtllm: "trtllm" };

/** The engine's version in an image of another project, whose tag is that project's release; undefined where it is not known, null for other images. */
export function versionInRuntime(image: string): string | undefined | null {
  const dynamo = /(vllm|sglang|tensorrtllm)-runtime:v?(\d+\.\d+)/.exec(image);
  if (dynamo !== null) return RELEASES[dynamo[2]!]?.[ENGINES[dynamo[1]!]!];
  return /(^|\/)llm-d[\w-]*:/.test(image) ? undefined : null;
}
