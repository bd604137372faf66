import { describe, expect, test } from "vitest";
import { loadScenario } from "../../load.ts";
import { parseScenario } from "../../parse.ts";
import { messageOf, Problems, placeText } from "../../problems/problem.ts";
import { resolvedOf } from "../../resolved.ts";

const plan = (network: string) => `tokenyard: 1
model: plan-model
cluster: { gpu: h100-sxm, network: ${network} }
workload: { kind: batch, sequences: 4, promptTokens: 128, outputTokens: 3 }
`;
const PRESET = plan("{ preset: hgx-h100-ndr, files: [traffic.csv] }");
const HAND =
  "{ kind: two-tier, node: { bandwidth: 450 GB/s, latency: 2 us }, fabric: { bandwidth: 50 GB/s, latency: 5 us }, files: [traffic.csv] }";
const ROWS = [
  "us,library,traffic,bytes,ranks,nodes,note,experts,topK,tokens,tokenBytes,multiprocessors",
  "12.5,nccl,all-reduce,4096,8,1,a,,,,,",
  "3.5,nccl,send,1024,,2,b,,,,,",
  "70,deepep,per-token-dispatch,,16,2,c,256,8,128,7168,20",
  "60,deepep,per-copy-combine,,8,1,d,256,8,128,14336,",
].join("\n");

function load(text: string, table: string) {
  const read = (name: string) => {
    if (name !== "traffic.csv") throw new Error(`no file ${name}`);
    return table;
  };
  return loadScenario(text, { read, path: "plan.yaml" }).scenario;
}

function problemsOf(table: string): string[] {
  try {
    load(PRESET, table);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map((problem) => `${problem.place === undefined ? "nowhere" : placeText(problem.place)} ${messageOf(problem)}`);
  }
  return [];
}

describe("tables of measured traffic", () => {
  test.each([PRESET, plan(HAND)])("enter the scenario by the names of their columns, beside a preset or a network by hand", (text) => {
    const { network } = load(text, ROWS).cluster;
    expect(network.files?.map(({ path, rows }) => ({ path, rows }))).toEqual([
      {
        path: "traffic.csv",
        rows: [
          ["all-reduce", "nccl", 8, 1, 4096, 12.5],
          ["send", "nccl", 2, 1024, 3.5],
          ["per-token-dispatch", "deepep", 16, 2, 256, 8, 128, 7168, 20, 70],
          ["per-copy-combine", "deepep", 8, 1, 256, 8, 128, 14336, 60],
        ],
      },
    ]);
  });

  test("stay in the resolved scenario, which means the same without the files", () => {
    const scenario = load(PRESET, ROWS);
    expect(parseScenario(resolvedOf(scenario))).toEqual(scenario);
  });

  const head = "traffic,library,ranks,nodes,bytes,us";
  test.each<[string, string, string[]]>([
    [
      "all wrong cells, at their lines and columns",
      `${head}\nall-reduce,mpi,1,0,0,0\nbroadcast,nccl,8,1,1,1\nall-gather,nccl,8,3,1,1\nsend,nccl,,3,1,1`,
      [
        "traffic.csv:2:12 cluster.network.files.0.rows.0.1: mpi given; wanted library: vllm, sglang, trtllm, nccl or deepep",
        "traffic.csv:2:16 cluster.network.files.0.rows.0.2: 1 given; wanted ranks of all-reduce: a whole number from 2 to 100000",
        "traffic.csv:2:18 cluster.network.files.0.rows.0.3: 0 given; wanted nodes of all-reduce: a whole number from 1 to 100000",
        "traffic.csv:2:20 cluster.network.files.0.rows.0.4: 0 given; wanted bytes of all-reduce: a number from 1 to 1e15",
        "traffic.csv:2:22 cluster.network.files.0.rows.0.5: 0 given; wanted us of all-reduce: microseconds, over 0",
        "traffic.csv:3:1 cluster.network.files.0.rows.1.0: broadcast given; wanted traffic: all-reduce, all-gather, reduce-scatter, all-to-all, send, per-token-dispatch, per-token-combine, per-copy-dispatch or per-copy-combine",
        "traffic.csv:4:19 cluster.network.files.0.rows.2.3: 3 given; wanted nodes of all-gather: a number that divides 8, its ranks",
        "traffic.csv:5:12 cluster.network.files.0.rows.3.2: 3 given; wanted nodes of send: a whole number from 1 to 2",
      ],
    ],
    [
      "sizes that do not go together",
      "traffic,library,ranks,nodes,experts,topK,tokens,tokenBytes,us\nper-copy-combine,deepep,8,1,4,8,1,64,5",
      ["traffic.csv:2:31 cluster.network.files.0.rows.0.5: 8 given; wanted topK of per-copy-combine: at most 4, its experts"],
    ],
    [
      "columns that are missing, once",
      "traffic,library,ranks,nodes,us\nall-reduce,nccl,8,1,3\nall-reduce,nccl,8,1,4",
      ["traffic.csv:1:1 cluster.network.files.0: traffic,library,ranks,nodes,us given; wanted a first line with bytes too, for all-reduce"],
    ],
    [
      "tables of kernels",
      "kernel,weights,precision,inFeatures,outFeatures,rows,us\nlinear,bf16,bf16,64,64,1,3",
      [
        "traffic.csv:1:1 cluster.network.files.0: kernel,weights,precision,inFeatures,outFeatures,rows,us given; wanted a first line with traffic, library too",
      ],
    ],
  ])("%s are reported", (_, table, problems) => {
    expect(problemsOf(table)).toEqual(problems);
  });
});
