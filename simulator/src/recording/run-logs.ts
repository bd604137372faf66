import { layerKinds } from "@tokenyard/model";
import { Histogram } from "@tokenyard/report";
import { targetsOf } from "@tokenyard/scenario";
import { windowOf } from "../experts/rebalancer.ts";
import { mayMask, mayStartOver, mayTryAgain } from "../inputs/may-follow.ts";
import type { Setup } from "../inputs/setup.ts";
import { CacheLog } from "../logs/cache-log.ts";
import { Levels } from "../logs/levels.ts";
import { RequestSpanLog } from "../logs/request-span-log.ts";
import { ALL, countedOf } from "../logs/requests/counted-requests.ts";
import { Observers } from "../logs/requests/observers.ts";
import { ReplicaTokens } from "../logs/requests/replica-tokens.ts";
import { RequestRows } from "../logs/requests/request-rows.ts";
import { RequestTable } from "../logs/requests/request-table.ts";
import { ServedLog } from "../logs/requests/served-log.ts";
import { SpentLog } from "../logs/requests/spent-log.ts";
import { SteadyLog } from "../logs/requests/steady-log.ts";
import { SteadySpentLog } from "../logs/requests/steady-spent-log.ts";
import { FatesLog } from "../logs/routing/fates-log.ts";
import { RoutingLog } from "../logs/routing/routing-log.ts";
import { WindowLog } from "../logs/routing/window-log.ts";
import type { RequestCounts } from "../metrics/numbers/request-counts.ts";
import type { RunOptions } from "../options/run-options.ts";

type OnRow = (row: Parameters<RequestTable["add"]>[0]) => void;

const LEVEL_BUCKETS = 128;

/** Records of a run on requests, routing and levels, over all pools. */
export class RunLogs {
  readonly rows: RequestRows;
  /** Table with a row for each request, if it is asked for. */
  readonly table: RequestTable | undefined;
  /** Log of schedulers that serve requests as they arrive. */
  readonly served: ServedLog | SteadyLog | undefined;
  readonly levels: Levels | undefined;
  readonly spent: SpentLog | SteadySpentLog;
  /** Log of single spans, if they are kept. */
  readonly requestSpans: RequestSpanLog | undefined;
  readonly cacheLog: CacheLog | undefined;
  readonly routing: readonly [RoutingLog, RoutingLog];
  /** Windows of gates that draw. */
  readonly windows: WindowLog | undefined;
  /** Tokens by replica, if the scenario asks for bounds. */
  readonly replicaTokens: ReplicaTokens | undefined;
  readonly observer: Observers;
  /** Most buckets of what is recorded over time. */
  readonly mostBuckets: number;

  /** `counts`: hears of each request that is answered, and has left, if there is one. */
  constructor(setup: Setup, options: RunOptions, counts: RequestCounts | undefined) {
    const { slots, classes, scenario, pools } = setup;
    const { cache } = setup.scheduler;
    const underLoad = cache !== undefined;
    const counted = underLoad ? countedOf(setup) : ALL;
    const { onRequest, spans: window, tokens } = options;
    const table = !underLoad || options.rows === true ? new RequestTable() : undefined;
    const onRow: OnRow[] = [];
    if (table !== undefined) onRow.push((row) => table.add(row));
    if (onRequest !== undefined) onRow.push(onRequest);
    const { admission, metric } = setup;
    const fullest = scenario.metric?.kind === "bounds" ? new ReplicaTokens(pools[0]!.plan.replicas, pools.length === 1) : undefined;
    if (fullest !== undefined) onRow.push((row) => fullest.add(row));
    this.replicaTokens = fullest;
    if (admission !== undefined) onRow.push((row) => admission.left(row));
    if (metric !== undefined) onRow.push((row) => metric.left(row));
    this.table = table;
    this.rows = new RequestRows(slots, classes, countedOf(setup), onRow, counts);
    const startsOver = mayStartOver(scenario) || mayTryAgain(scenario);
    const mayFail = (scenario.faults?.length ?? 0) > 0 || scenario.retries?.client?.timeout !== undefined || setup.source.isOpen === true;
    const itlNs = counts?.itl?.histogram ?? new Histogram();
    if (scenario.workload.kind === "steady-decode") {
      const { recovery } = setup.scheduler;
      this.served = new SteadyLog(slots, this.rows, recovery!, targetsOf(scenario), itlNs);
      this.spent = new SteadySpentLog(slots, this.rows, recovery!);
    } else {
      this.served = underLoad ? new ServedLog(slots, this.rows, classes, targetsOf(scenario), counted, startsOver, itlNs) : undefined;
      this.spent = new SpentLog(slots, this.rows, counted, mayFail || startsOver);
    }
    this.requestSpans = window === undefined ? undefined : new RequestSpanLog(slots, window);
    this.observer = new Observers({ requestSpans: this.requestSpans, served: this.served, spent: this.spent, rows: this.rows, tokens });
    this.routing = [routingLog(setup, options), routingLog(setup, options)];
    this.windows = setup.router?.draws ? new WindowLog(windowOf(scenario.rebalance)) : undefined;
    const replicas = pools.map(({ plan }) => plan.replicas);
    this.mostBuckets = scenario.measure?.levels ?? LEVEL_BUCKETS;
    this.levels = underLoad ? new Levels(replicas, this.mostBuckets) : undefined;
    this.cacheLog = underLoad && window !== undefined ? new CacheLog(replicas, cache.use().blockTokens, window) : undefined;
  }
}

function routingLog(setup: Setup, { fates = false }: RunOptions): RoutingLog {
  const { scenario, overflow, router } = setup;
  const layers = layerKinds(scenario.model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
  const masks = overflow.masks || mayMask(scenario);
  const varies = router?.draws === true && scenario.routing.capacityFactor !== undefined && overflow.limits;
  const experts = scenario.model.experts?.count ?? 0;
  return new RoutingLog(
    layers,
    experts,
    { reroutes: overflow.reroutes, masks },
    varies,
    fates ? new FatesLog(layers.length, experts) : undefined,
  );
}
