import {
  contextParallelCachedScenario,
  contextParallelDrawnScenario,
  contextParallelScenario,
} from "../laws/context-parallel-scenario.contract.ts";
import { executorContract } from "./executors.contract.ts";

executorContract("any load, of ranks that share contexts", contextParallelScenario, 16);
executorContract("any load, of ranks that share contexts, with a prefix cache", contextParallelCachedScenario, 8);
executorContract("static batches of ranks that share contexts", contextParallelDrawnScenario, 12);
