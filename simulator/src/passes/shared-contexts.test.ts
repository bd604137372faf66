import { fitted } from "../fitted-scenario.contract.ts";
import {
  contextParallel,
  contextParallelCachedScenario,
  contextParallelDraftedScenario,
  contextParallelDrawnScenario,
  contextParallelScenario,
} from "../laws/context-parallel-scenario.contract.ts";
import { pipelinedScenario } from "../laws/pipelined-scenario.contract.ts";
import { executorContract } from "./executors.contract.ts";

executorContract("any load, of ranks that share contexts", contextParallelScenario, 16);
executorContract("any load, of ranks that share contexts, with a prefix cache", contextParallelCachedScenario, 8);
executorContract("static batches of ranks that share contexts", contextParallelDrawnScenario, 12);
executorContract("any load with drafts, of ranks that share contexts", contextParallelDraftedScenario, 8);
executorContract("schedules of pipelines whose ranks share contexts", contextParallel(pipelinedScenario), 6);
executorContract("kernels fitted to measured ones, of ranks that share contexts", contextParallelScenario.map(fitted), 4);
