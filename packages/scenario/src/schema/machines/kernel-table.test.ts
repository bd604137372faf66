import { describe, expect, test } from "vitest";
import { loadScenario } from "../../load.ts";
import { parseScenario } from "../../parse.ts";
import { messageOf, Problems, placeText } from "../../problems/problem.ts";
import { resolvedOf } from "../../resolved.ts";

const PLAN = `tokenyard: 1
model: plan-model
cluster:
  gpu: h100-sxm
  network: hgx-h100-ndr
  kernels: { kind: table, files: [linear.csv, more/attention.csv] }
workload: { kind: batch, sequences: 4, promptTokens: 128, outputTokens: 3 }
`;
const LINEAR =
  "us,kernel,precision,weights,rows,inFeatures,outFeatures,note\n3.5,linear,bf16,bf16,16,4096,1024,a\n4,linear,fp8,fp8,1,64,64,b\n";
const ATTENTION =
  "# measured twice\nkernel,weights,precision,heads,kvHeads,keySize,valueSize,sequences,newTokens,contextTokens,us\n" +
  "decode,bf16,bf16,32,4,128,128,8,,8000,23\nprefill,bf16,bf16,32,4,128,128,1,100,300,77\n";

function load(texts: Record<string, string>) {
  const read = (name: string) => {
    const found = texts[name];
    if (found === undefined) throw new Error(`no file ${name}`);
    return found;
  };
  return loadScenario(PLAN, { read, path: "plan.yaml" }).scenario;
}

function problemsOf(linear: string): string[] {
  try {
    load({ "linear.csv": linear, "more/attention.csv": ATTENTION });
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map((problem) => `${problem.place === undefined ? "nowhere" : placeText(problem.place)} ${messageOf(problem)}`);
  }
  return [];
}

describe("tables of measured kernels", () => {
  const scenario = load({ "linear.csv": LINEAR, "more/attention.csv": ATTENTION });

  test("enter the scenario by the names of their columns, each row with those of its kernel", () => {
    const { kernels } = scenario.cluster;
    expect(kernels).toMatchObject({ kind: "table", launchShare: 1 });
    expect(kernels.kind === "table" ? kernels.files.map(({ path, rows }) => ({ path, rows })) : []).toEqual([
      {
        path: "linear.csv",
        rows: [
          ["linear", "bf16", "bf16", 4096, 1024, 16, 3.5],
          ["linear", "fp8", "fp8", 64, 64, 1, 4],
        ],
      },
      {
        path: "more/attention.csv",
        rows: [
          ["decode", "bf16", "bf16", 32, 4, 128, 128, 8, 8000, 23],
          ["prefill", "bf16", "bf16", 32, 4, 128, 128, 1, 100, 300, 77],
        ],
      },
    ]);
  });

  test("stay in the resolved scenario, which means the same without the files", () => {
    expect(parseScenario(resolvedOf(scenario))).toEqual(scenario);
  });

  test.each<[string, string, string[]]>([
    [
      "all wrong cells, at their lines and columns",
      "kernel,weights,precision,inFeatures,outFeatures,rows,us\nlinear,bf16,half,64,64,0,3\nlinear,bf16,bf16,64,,1,0\ngemm,bf16,bf16,64,64,1,3\n",
      [
        "linear.csv:2:13 cluster.kernels.files.0.rows.0.2: half given; wanted precision: fp32, fp16, bf16, fp8, int8, int4, nvfp4 or mxfp4",
        "linear.csv:2:24 cluster.kernels.files.0.rows.0.5: 0 given; wanted rows of linear: a number from 1 to 1e12",
        'linear.csv:3:21 cluster.kernels.files.0.rows.1.4: "" given; wanted outFeatures of linear: a number from 1 to 1e12',
        "linear.csv:3:24 cluster.kernels.files.0.rows.1.6: 0 given; wanted us of linear: microseconds, over 0",
        "linear.csv:4:1 cluster.kernels.files.0.rows.2.0: gemm given; wanted kernel: linear, experts, drawn-experts, prefill or decode",
      ],
    ],
    [
      "sizes that do not go together",
      "kernel,weights,precision,inFeatures,innerFeatures,experts,active,rows,groupRows,us\nexperts,bf16,bf16,64,64,4,9,8,8,3\nexperts,bf16,bf16,64,64,70000,1,8,8,3\n",
      [
        "linear.csv:2:27 cluster.kernels.files.0.rows.0.6: 9 given; wanted active of experts: at most 4, its experts",
        "linear.csv:2:27 cluster.kernels.files.0.rows.0.6: 9 given; wanted active of experts: at most 8, its rows",
        "linear.csv:3:25 cluster.kernels.files.0.rows.1.5: 70000 given; wanted experts of experts: a number from 1 to 65536",
      ],
    ],
    [
      "power laws that cannot be drawn",
      "kernel,weights,precision,inFeatures,innerFeatures,experts,ranks,topK,tokens,exponent,us\ndrawn-experts,bf16,bf16,64,64,4,2,9,8,0,3\ndrawn-experts,bf16,bf16,64,64,4.5,70000,1,8,1.2,3\n",
      [
        "linear.csv:2:35 cluster.kernels.files.0.rows.0.7: 9 given; wanted topK of drawn-experts: at most 8, the experts of all ranks",
        "linear.csv:2:39 cluster.kernels.files.0.rows.0.9: 0 given; wanted exponent of drawn-experts: a number over 0, up to 10",
        "linear.csv:3:31 cluster.kernels.files.0.rows.1.5: 4.5 given; wanted experts of drawn-experts: a whole number",
        "linear.csv:3:35 cluster.kernels.files.0.rows.1.6: 70000 given; wanted ranks of drawn-experts: at most 65536 experts on all of them",
      ],
    ],
    [
      "columns that are missing, once",
      "kernel,weights,precision,inFeatures,rows,us\nlinear,bf16,bf16,64,1,3\nlinear,bf16,bf16,64,2,3\n",
      [
        "linear.csv:1:1 cluster.kernels.files.0: kernel,weights,precision,inFeatures,rows,us given; wanted a first line with outFeatures too, for linear",
      ],
    ],
    [
      "a row with more cells than columns, as where a number has a comma, but for empty ones",
      "kernel,weights,precision,inFeatures,outFeatures,rows,us\nlinear,bf16,bf16,4,096,64,1,3\nlinear,bf16,bf16,64,64,1,3,,\n",
      ["linear.csv:2:29 cluster.kernels.files.0: 8 cells given; wanted 7, one for each column of the first line"],
    ],
    [
      "columns that stand twice, where they are read",
      "kernel,weights,precision,inFeatures,outFeatures,rows,note,us,rows,note\nlinear,bf16,bf16,64,64,1,a,3,2,b\n",
      ["linear.csv:1:62 cluster.kernels.files.0: rows given; wanted each column once"],
    ],
    [
      "a file without names",
      "1,2,3\n4,5,6\n",
      ["linear.csv:1:1 cluster.kernels.files.0: 1,2,3 given; wanted a first line with kernel, weights, precision too"],
    ],
  ])("%s are reported", (_, linear, problems) => {
    expect(problemsOf(linear)).toEqual(problems);
  });
});
