import { halved } from "../laws/halved-scenario.contract.ts";
import { executorContract } from "./executors.contract.ts";

const gates = [
  "uniform",
  { kind: "lognormal", sigma: 1 },
  { kind: "zipf", exponent: 1, shared: true },
  { kind: "drifting", sigma: 1, timeConstant: "200 us" },
];
const overflows = [{}, { capacityFactor: 1.1 }, { capacityFactor: 1, overflow: "reroute" }, { capacityFactor: 1, pad: true }];
const exchanges = [{ dispatch: "per-copy" }, { dispatch: "per-token" }, { exchange: "all-gather" }];
const placements = [{}, { placement: "round-robin" }, { placement: { kind: "redundant", spareSlots: 2 } }];
const routings = overflows.flatMap((overflow) =>
  exchanges.flatMap((exchange) => placements.map((placement) => ({ ...overflow, ...exchange, ...placement }))),
);

const LAYERS = { min: 4, max: 6 };

// each half draws its experts from streams of its own
executorContract("halves in turn whose layers draw their experts", halved(LAYERS, gates, routings), 8);
