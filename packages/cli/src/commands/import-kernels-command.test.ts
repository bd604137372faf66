import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { Database } from "../tables/database.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kernels-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

function file(name: string, ...lines: string[]): string {
  writeFileSync(at(name), `${lines.join("\n")}\n`);
  return at(name);
}

/** Rows of the table that the command makes of such files, without its comments. */
async function imported(...args: string[]): Promise<{ readonly lines: string[]; readonly out: string }> {
  const { code, out, err } = await tokenyard(["import-kernels", ...args, "--out", at("kernels.csv")]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return {
    lines: readFileSync(at("kernels.csv"), "utf8")
      .trimEnd()
      .split("\n")
      .filter((line) => !line.startsWith("#")),
    out,
  };
}

describe("AIConfigurator's", () => {
  test("matrix products come over with sizes and formats, less those that a CUDA graph did not hold or whose format is unknown", async () => {
    const source = file(
      "gemm_perf.csv",
      "framework,gemm_dtype,m,n,k,latency,used_cuda_graph",
      "VLLM,bfloat16,16,1536,4096,0.0125,True",
      "VLLM,fp8_block,16,1536,4096,0.01,True",
      "VLLM,int4_wo,1,1536,4096,0.005,True",
      "VLLM,bfloat16,32,1536,4096,0.09,False",
      "VLLM,sq,32,1536,4096,0.09,True",
    );
    const { lines, out } = await imported(source);
    expect(lines).toEqual([
      "kernel,weights,precision,inFeatures,outFeatures,rows,us",
      "linear,bf16,bf16,4096,1536,16,12.5",
      "linear,fp8,fp8,4096,1536,16,10",
      "linear,int4,bf16,4096,1536,1,5",
    ]);
    expect(out).toBe(`${source}: matrix products of AIConfigurator, 3 kernels, 2 rows left out\n${at("kernels.csv")}: 3 linear\n`);
  });

  test("experts come over as what a rank has of even routing, or with the power law that drew their loads", async () => {
    const source = file(
      "moe_perf.csv",
      "moe_dtype,num_tokens,hidden_size,inter_size,topk,num_experts,moe_tp_size,moe_ep_size,distribution,latency",
      "fp8_block,1,2048,768,8,128,1,4,balanced,0.02",
      "fp8_block,256,2048,768,8,128,2,4,balanced,0.05",
      "fp8_block,256,2048,768,8,128,2,4,power_law_1.01,0.07",
      "fp8_block,256,2048,768,8,128,2,4,power_law_odd,0.07",
    );
    expect((await imported(source)).lines).toEqual([
      "kernel,weights,precision,inFeatures,innerFeatures,experts,active,groupRows,rows,ranks,topK,tokens,exponent,us",
      "drawn-experts,fp8,fp8,2048,384,32,,,,4,8,256,1.01,70",
      "experts,fp8,fp8,2048,384,32,32,2048,512,,,,,50", // 256 · 8 / 4 rows for the 32 experts of a rank
      "experts,fp8,fp8,2048,768,32,2,8,2,,,,,20", // 8 copies, 2 of them here
    ]);
  });

  test("cores of latent attention come over with DeepSeek's sizes, prompts as plain heads and decoding absorbed", async () => {
    const head = "framework,mla_dtype,kv_cache_dtype,num_heads,batch_size,isl,tp_size,step,latency";
    const source = file(
      "mla_perf.csv",
      head,
      "TRTLLM,float16,float16,16,2,1024,8,0,0.05",
      "TRTLLM,float16,fp8,128,64,1,1,4095,0.1",
      "TRTLLM,float16,odd,128,64,1,1,4095,0.1",
    );
    expect((await imported(source)).lines).toEqual([
      "kernel,weights,precision,heads,kvHeads,keySize,valueSize,sequences,newTokens,contextTokens,us",
      "decode,fp8,fp8,128,1,576,512,64,,262144,100", // 4,095 cached, and itself
      "prefill,fp16,fp16,16,16,192,128,2,2048,2048,50",
    ]);
  });

  test("attention comes over by its Parquet, prompts and decoding apart", async () => {
    const database = await Database.inMemory("test");
    const columns = "batch_size, isl, num_heads, num_key_value_heads, head_dim, attn_dtype, kv_cache_dtype, window_size, step, latency";
    await database.run(
      `COPY (SELECT * FROM (VALUES (2, 512, 16, 2, 128, 'bfloat16', 'bfloat16', 0, 0, 0.05), (8, 1, 16, 0, 64, 'bfloat16', 'fp8', 0, 4096, 0.03), ` +
        `(8, 1, 16, 2, 64, 'bfloat16', 'bfloat16', 128, 4096, 0.01)) AS t(${columns})) TO '${at("attention.parquet")}' (FORMAT parquet)`,
    );
    database.close();
    expect((await imported(at("attention.parquet"))).lines).toEqual([
      "kernel,weights,precision,heads,kvHeads,keySize,valueSize,sequences,newTokens,contextTokens,us",
      "decode,fp8,fp8,16,16,64,64,8,,32768,30",
      "prefill,bf16,bf16,16,2,128,128,2,1024,1024,50",
    ]);
  });
});

test("Vidur's layers and attention come over with the sizes that their rows name", async () => {
  const times = ["attn_pre_proj", "attn_post_proj", "mlp_up_proj", "mlp_down_proj"].map((name) => `time_stats.${name}.median`);
  const layers = file(
    "mlp.csv",
    `${times.join(",")},n_head,n_kv_head,n_embd,n_expanded_embd,vocab_size,use_gated_mlp,num_tokens,num_tensor_parallel_workers`,
    "7.25,4.926,33.094,16.6075,32,8,4096,14336,128256,True,32768,1",
    "1,2,3,,32,8,4096,14336,128256,True,64,2",
  );
  const attention = file(
    "attention.csv",
    "time_stats.attn_prefill.median,time_stats.attn_decode.median,n_embd,n_q_head,n_kv_head,num_tensor_parallel_workers,batch_size,prefill_chunk_size,kv_cache_size,is_prefill",
    "0.5,,4096,32,8,2,1,256,1024,True",
    ",0.25,4096,32,8,2,16,0,1023,False",
  );
  const { lines } = await imported(layers, attention, "--weights", "fp16");
  expect(lines).toEqual([
    "kernel,weights,precision,inFeatures,outFeatures,rows,heads,kvHeads,keySize,valueSize,sequences,newTokens,contextTokens,us",
    "linear,fp16,fp16,2048,4096,64,,,,,,,,2000",
    "linear,fp16,fp16,4096,3072,64,,,,,,,,1000",
    "linear,fp16,fp16,4096,4096,32768,,,,,,,,4926",
    "linear,fp16,fp16,4096,6144,32768,,,,,,,,7250",
    "linear,fp16,fp16,4096,14336,64,,,,,,,,3000",
    "linear,fp16,fp16,4096,28672,32768,,,,,,,,33094",
    "linear,fp16,fp16,14336,4096,32768,,,,,,,,16607.5",
    "decode,fp16,fp16,,,,16,4,128,128,16,,16384,250",
    "prefill,fp16,fp16,,,,16,4,128,128,1,256,1280,500",
  ]);
});

test("LLMServingSim's files come over with the sizes of the model that is named", async () => {
  const layers = file("dense.csv", "layer,tokens,time_us", "layernorm,1,2.1", "qkv_proj,1,9.4", "o_proj,16,8");
  const heads = file("per_sequence.csv", "layer,sequences,time_us", "lm_head,1,420.2", "sampler,1,10");
  const attention = file(
    "attention.csv",
    "prefill_chunk,kv_prefill,n_decode,kv_decode,time_us",
    "0,0,4,1024,12.8",
    "512,2048,0,0,184.3",
    "512,2048,4,128,221.6",
  );
  const experts = file("moe.csv", "ep,tokens,activated_experts,time_us", "1,16,64,436.4", "4,16,32,243.6");
  const { lines, out } = await imported(layers, heads, attention, experts, "--model", "qwen3-30b-a3b", "--tensor", "2");
  expect(lines).toEqual([
    "kernel,weights,precision,inFeatures,outFeatures,innerFeatures,experts,active,groupRows,rows,heads,kvHeads,keySize,valueSize,sequences,newTokens,contextTokens,us",
    "linear,bf16,bf16,2048,2048,,,,,16,,,,,,,,8",
    "linear,bf16,bf16,2048,2560,,,,,1,,,,,,,,9.4", // (16 + 2 · 2) heads of 128
    "linear,bf16,bf16,2048,75968,,,,,1,,,,,,,,420.2",
    "decode,bf16,bf16,,,,,,,,16,2,128,128,4,,4096,12.8",
    "prefill,bf16,bf16,,,,,,,,16,2,128,128,1,512,2560,184.3",
    "experts,bf16,bf16,2048,,384,32,32,128,32,,,,,,,,243.6",
    "experts,bf16,bf16,2048,,384,128,64,128,128,,,,,,,,436.4",
  ]);
  expect(out).toContain(`${attention}: attention of LLMServingSim, 2 kernels, 1 row left out\n`);
});

describe("traffic", () => {
  const HEAD = "traffic,library,ranks,nodes";

  test("of AIConfigurator comes over with bytes, libraries and ways, less what is not in 16 bits, no collective, or was launched one by one", async () => {
    const collectives = file(
      "nccl_perf.csv",
      "nccl_dtype,num_gpus,message_size,op_name,latency,kernel_source",
      "half,8,1024,all_reduce,0.02,NCCL",
      "half,4,2048,alltoall,0.01,NCCL",
      "int8,8,1024,all_reduce,0.02,NCCL",
      "half,8,1024,broadcast,0.02,NCCL",
      "half,2,512,reduce_scatter,0.0055,NCCL",
    );
    const reduces = file(
      "custom_allreduce_perf.csv",
      "allreduce_dtype,num_gpus,message_size,latency,kernel_source,backend",
      "bfloat16,8,1024,0.005,vLLM_custom_graph,vllm_graph",
      "bfloat16,8,1024,0.05,vLLM_custom_eager,vllm_eager",
      "float16,2,128,0.0025,TRTLLM,trtllm",
      "half,4,128,0.004,SGLang_CustomAllReduce_graph,sglang_graph",
    );
    const { lines, out } = await imported(collectives, reduces);
    expect(lines).toEqual([
      `${HEAD},bytes,us`,
      "all-reduce,nccl,8,1,2048,20",
      "all-to-all,nccl,4,1,4096,10",
      "reduce-scatter,nccl,2,1,1024,5.5",
      "all-reduce,sglang,4,1,256,4",
      "all-reduce,trtllm,2,1,256,2.5",
      "all-reduce,vllm,8,1,2048,5",
    ]);
    expect(out).toContain(`${reduces}: all-reduces of AIConfigurator, 3 rows, 1 row left out\n`);
    expect(out).toContain("4 all-reduce, 1 reduce-scatter, 1 all-to-all\n");
  });

  test("of DeepEP comes over by its Parquet, dispatch in fp8 and combine in 16 bits, eight ranks a node", async () => {
    const database = await Database.inMemory("test");
    const columns = "node_num, hidden_size, num_token, num_topk, num_experts";
    const normal = "dispatch_sms, dispatch_transmit_us, dispatch_notify_us, combine_sms, combine_transmit_us, combine_notify_us";
    const write = (name: string, values: string, names: string) =>
      database.run(`COPY (SELECT * FROM (VALUES (${values})) AS t(${names})) TO '${at(name)}' (FORMAT parquet)`);
    await write("normal.parquet", "2, 7168, 128, 8, 256, 20, 70.5, 9.5, 24, 90.25, 3.0", `${columns}, ${normal}`);
    await write("ll.parquet", "1, 4096, 64, 8, 128, 30.5, 40.0", `${columns}, dispatch_avg_t_us, combine_avg_t_us`);
    database.close();
    expect((await imported(at("normal.parquet"), at("ll.parquet"))).lines).toEqual([
      `${HEAD},experts,topK,tokens,tokenBytes,multiprocessors,us`,
      "per-token-combine,deepep,16,2,256,8,128,14336,24,93.25",
      "per-token-dispatch,deepep,16,2,256,8,128,7168,20,80",
      "per-copy-combine,deepep,8,1,128,8,64,8192,,40",
      "per-copy-dispatch,deepep,8,1,128,8,64,4096,,30.5",
    ]);
  });

  test("of Vidur comes over with the nodes that its ranks lie on", async () => {
    const columns = "rank,num_workers,size,collective,devices_per_node,max_devices_per_node";
    const reduces = file(
      "all_reduce.csv",
      `time_stats.all_reduce.median,${columns}`,
      "0.06,0,16,4096,all_reduce,8,8",
      "0.02,0,8,4096,all_reduce,8,8",
    );
    const sends = file(
      "send_recv.csv",
      `time_stats.send_recv.median,${columns}`,
      "0.017,0,2,2048,send_recv,1,8",
      "0.009,0,2,2048,send_recv,2,8",
    );
    expect((await imported(reduces, sends)).lines).toEqual([
      `${HEAD},bytes,us`,
      "all-reduce,nccl,8,1,4096,20",
      "all-reduce,nccl,16,2,4096,60",
      "send,nccl,,1,2048,9",
      "send,nccl,,2,2048,17",
    ]);
  });

  test("and kernels go into tables of their own, which different keys of a scenario read", async () => {
    const reduces = file("nccl_perf.csv", "nccl_dtype,num_gpus,message_size,op_name,latency", "half,8,1024,all_reduce,0.02");
    const gemm = file("gemm_perf.csv", "gemm_dtype,m,n,k,latency", "bfloat16,1,2,3,0.1");
    const { code, err } = await tokenyard(["import-kernels", gemm, reduces, "--out", at("both.csv")]);
    expect({ code, isWritten: existsSync(at("both.csv")) }).toEqual({ code: 2, isWritten: false });
    expect(err).toMatch(
      /nccl_perf\.csv: collectives of AIConfigurator given; wanted kernels as in the first file: .*cluster\.network\.files those of traffic/,
    );
  });

  test("corrects a run, whose report names the table and says what lay inside it, from CSV as from Parquet", async () => {
    const database = await Database.inMemory("test");
    const cells = [2, 8].flatMap((ranks) => [64, 4_194_304].map((size) => `('half', ${ranks}, ${size}, 'all_reduce', 1.0)`));
    const names = "nccl_dtype, num_gpus, message_size, op_name, latency";
    await database.run(`COPY (SELECT * FROM (VALUES ${cells.join(", ")}) AS t(${names})) TO '${at("nccl_perf.parquet")}' (FORMAT parquet)`);
    database.close();
    await tokenyard(["import-kernels", at("nccl_perf.parquet"), "--out", at("traffic.csv")]);
    const run = async (network: string) => {
      const plan = file(
        "plan.yaml",
        "tokenyard: 1",
        "model: llama-3.1-8b",
        `cluster: { gpu: h100-sxm, network: ${network} }`,
        "parallelism: { tensor: 8 }",
        "workload: { kind: batch, sequences: 16, promptTokens: 64, outputTokens: 2 }",
      );
      return JSON.parse((await tokenyard(["run", "--replications", "1", plan, "--json"])).out);
    };
    const slow = await run("{ preset: hgx-h100-ndr, files: [traffic.csv] }");
    const parquet = await run("{ preset: hgx-h100-ndr, files: [nccl_perf.parquet] }");
    const plain = await run("hgx-h100-ndr");
    expect(slow.breakdown.ttft["all-reduce"]).toBeCloseTo(64e-3, 6); // 1 ms, twice in each of 32 layers
    expect(parquet.breakdown).toEqual(slow.breakdown);
    expect(slow.models.join()).toContain("corrected by traffic.csv");
    expect(slow.measuredTrafficShare).toBe(1);
    expect(plain.measuredTrafficShare).toBeUndefined();
  });
});

test("a run reads the table, and its report names it", async () => {
  file("kernels.csv", "kernel,weights,precision,inFeatures,outFeatures,rows,us", "linear,bf16,bf16,2048,5120,64,1000");
  file(
    "plan.yaml",
    "tokenyard: 1",
    "model: qwen3-30b-a3b",
    "cluster: { gpu: h100-sxm, network: hgx-h100-ndr, kernels: { kind: table, files: [kernels.csv] } }",
    "parallelism: { expert: 8 }",
    "workload: { kind: batch, sequences: 16, promptTokens: 64, outputTokens: 2 }",
  );
  const slow = JSON.parse((await tokenyard(["run", "--replications", "1", at("plan.yaml"), "--json"])).out);
  const plain = JSON.parse(
    (await tokenyard(["run", "--replications", "1", at("plan.yaml"), "--json", "--set", "cluster.kernels=fitted"])).out,
  );
  expect(slow.warnings.map(({ message }: { message: string }) => message).join()).toMatch(
    /the tables have no times for attention of prompts with 32 heads on 4 of 128 by kernels of vllm.*matrix products of 4096 × 2048 as those of like sizes/,
  );
  expect(slow.models.join()).toContain("measured kernels of kernels.csv");
  const apart = (await tokenyard(["check", at("plan.yaml"), "--set", "serving.fusion.feedForward=false"])).out.replace(/\s+/g, " ");
  expect(apart).toContain("matrix products of 2048 × 768 by kernels of vllm"); // an expert's gate and up are kernels of their own, which no table has
  expect(slow.ttftSeconds.mean).toBeGreaterThan(plain.ttftSeconds.mean * 2);
});

test("a scenario names Parquet as it does comma-separated values, by this program's columns or as others wrote it", async () => {
  const database = await Database.inMemory("test");
  const parquet = (name: string, values: string, columns: string) =>
    database.run(`COPY (SELECT * FROM (VALUES ${values}) AS t(${columns})) TO '${at(name)}' (FORMAT parquet)`);
  await parquet(
    "own.parquet",
    "('linear', 'bf16', 'bf16', 2048, 5120, 64, 1000.0)",
    '"kernel", weights, "precision", "inFeatures", "outFeatures", "rows", us',
  );
  await parquet("gemm_perf.parquet", "('bfloat16', 64, 5120, 2048, 1.0)", "gemm_dtype, m, n, k, latency");
  await parquet("odd.parquet", "(1, 2)", "a, b");
  database.close();
  file("kernels.csv", "kernel,weights,precision,inFeatures,outFeatures,rows,us", "linear,bf16,bf16,2048,5120,64,1000");
  const plan = (table: string) =>
    file(
      "plan.yaml",
      "tokenyard: 1",
      "model: qwen3-30b-a3b",
      `cluster: { gpu: h100-sxm, network: hgx-h100-ndr, kernels: { kind: table, files: [${table}] } }`,
      "parallelism: { expert: 8 }",
      "workload: { kind: batch, sequences: 16, promptTokens: 64, outputTokens: 2 }",
    );
  const ttft = async (table: string) =>
    JSON.parse((await tokenyard(["run", "--replications", "1", plan(table), "--json"])).out).ttftSeconds.mean;
  const expected = await ttft("kernels.csv");
  expect(await ttft("own.parquet")).toBe(expected);
  expect(await ttft("gemm_perf.parquet")).toBe(expected);
  const { code, err } = await tokenyard(["run", "--replications", "1", plan("none.parquet")]);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining("none.parquet: no such file") });
  expect((await tokenyard(["run", "--replications", "1", plan("odd.parquet")])).err).toMatch(
    /odd\.parquet: columns a, b given; wanted measurements/,
  );
  expect((await tokenyard(["run", "--replications", "1", plan("kernels.txt")])).err).toContain(
    "kernels.txt given; wanted the path of a .csv, .parquet or .json file",
  );
});

test("a Parquet file of a table's own form has a time in every row, as comma-separated values must", async () => {
  const database = await Database.inMemory("test");
  const times = ["10.5", "NULL", "-3.0", "'inf'"].map(
    (us, i) => `('linear', 'bf16', 'bf16', 2048, 5120, ${16 << i}, CAST(${us} AS DOUBLE))`,
  );
  const columns = '"kernel", weights, "precision", "inFeatures", "outFeatures", "rows", us';
  await database.run(`COPY (SELECT * FROM (VALUES ${times.join(", ")}) AS t(${columns})) TO '${at("own.parquet")}' (FORMAT parquet)`);
  database.close();
  const scenario = file(
    "plan.yaml",
    "tokenyard: 1",
    "model: qwen3-30b-a3b",
    "cluster: { gpu: h100-sxm, network: hgx-h100-ndr, kernels: { kind: table, files: [own.parquet] } }",
    "workload: { kind: batch, sequences: 0, promptTokens: 64, outputTokens: 2 }",
  );
  const { code, err } = await tokenyard(["check", scenario]);
  expect(code).toBe(2);
  expect(err).toContain(
    "own.parquet: row 2: us: nothing given; row 3: us: -3.0 given; row 4: us: inf given; wanted microseconds, over 0, in every row\n",
  );
  expect(err).toContain("workload.sequences: 0 given"); // beside all else
});

test("what cannot be imported is refused with what would work, all of it at once, and nothing is written", async () => {
  const refused = async (...args: string[]) => {
    const { code, err } = await tokenyard(["import-kernels", ...args]);
    expect(code).toBe(2);
    expect(existsSync(at("out.csv"))).toBe(false);
    return err;
  };
  const dense = file("dense.csv", "layer,tokens,time_us", "qkv_proj,1,9.4");
  const other = file("other.csv", "m,n,k,seconds", "1,2,3,4");
  const out = ["--out", at("out.csv")];
  expect(await refused(dense, other, ...out)).toMatch(
    /dense\.csv: .*names no sizes; wanted --model[\s\S]*other\.csv: columns m, n, k, seconds given.*gemm_dtype, latency too/,
  );
  expect(await refused(at("none.csv"), "--out", at("out.txt"), "--model", "qwen3-30b", "--weights", "half")).toMatch(
    /--out: .*ends in \.csv[\s\S]*qwen3-30b given.*[\s\S]*--weights: half given; wanted fp32, fp16[\s\S]*none\.csv: no such file/,
  );
  expect(await refused(file("empty.csv", "gemm_dtype,m,n,k,latency", "sq,1,2,3,0.1"), ...out)).toContain(
    "without a row that a table can hold",
  );
  const columns = "nccl_dtype,num_gpus,message_size,op_name,latency";
  expect(await refused(file("header.csv", columns), ...out)).toContain("without a row that a table can hold");
  expect(await refused(file("nan.csv", columns, "half,8,1024,all_reduce,nan", "half,8,1024,all_reduce,inf"), ...out)).toContain(
    "without a row that a table can hold",
  );
  expect(await refused(file("text.csv", columns, "half,8,1024,all_reduce,0.1", "half,8,1K,all_reduce,0.1"), ...out)).toContain(
    "text.csv: message_size: 1K given; wanted numbers alone in such a column",
  );
});
