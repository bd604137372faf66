import type { FamilyKey } from "@tokenyard/metrics";
import type { PrefixTally } from "@tokenyard/serving";
import type { PoolSetup } from "../../inputs/setup.ts";
import type { Pool } from "../../pools/pool.ts";
import type { SampledRun } from "./run-numbers.ts";

/** Part of a replica that is sampled. */
export interface SampledReplica {
  /** Index of the replica in its pool. */
  replica: number;
  atNs: number;
  readonly pool: Pool;
  readonly run: SampledRun;
  /** Counts of kept blocks, if blocks are kept for others; the same object each time. */
  prefix: PrefixTally | undefined;
}

/** A number that is reported of each replica, where there is such a thing. */
interface ReplicaNumber {
  readonly key: FamilyKey;
  isIn(setup: PoolSetup): boolean;
  read(of: SampledReplica): number;
}

const underLoad = ({ scheduler }: PoolSetup) => scheduler.cache !== undefined;
const keepsPrefixes = ({ scenario }: PoolSetup) => scenario.serving.kv?.prefixCache === true;
const hasHost = (setup: PoolSetup) => keepsPrefixes(setup) && setup.scheduler.cache!.prefixOf(0)!.hasHost;
const hasBreakers = ({ scenario }: PoolSetup) => scenario.retries?.breaker !== undefined;
const hasCheckpoints = ({ scenario }: PoolSetup) => scenario.checkpoints !== undefined;
const verifies = ({ scheduler }: PoolSetup) => scheduler.speculation !== undefined;
const talliesOf = ({ pool, replica }: SampledReplica) => pool.setup.scheduler.speculation![replica]!;
const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);
const breakerOf = ({ run, pool, replica }: SampledReplica) => run.retries!.breakers!.all[run.retries!.firstOf(pool.number) + replica]!;

export const REPLICA_NUMBERS: readonly ReplicaNumber[] = [
  { key: "passes", isIn: () => true, read: ({ pool, replica }) => pool.probe!.passes[replica]! },
  { key: "draftSteps", isIn: verifies, read: (of) => talliesOf(of).steps },
  { key: "draftTokens", isIn: verifies, read: (of) => talliesOf(of).drafted },
  { key: "acceptedTokens", isIn: verifies, read: (of) => sum(talliesOf(of).accepted) },
  { key: "lostTokens", isIn: underLoad, read: ({ pool, replica }) => pool.setup.scheduler.cache!.lostTokens(replica) },
  { key: "regainedTokens", isIn: keepsPrefixes, read: ({ prefix }) => prefix!.regainedTokens },
  { key: "soughtTokens", isIn: keepsPrefixes, read: ({ prefix }) => prefix!.soughtTokens },
  { key: "hitTokens", isIn: keepsPrefixes, read: ({ prefix }) => prefix!.hitTokens },
  { key: "prefixHits", isIn: keepsPrefixes, read: ({ prefix }) => prefix!.hits },
  { key: "prefixBlocks", isIn: keepsPrefixes, read: ({ prefix }) => prefix!.keptBlocks },
  { key: "evictions", isIn: keepsPrefixes, read: ({ prefix }) => prefix!.evictions },
  { key: "hostHitTokens", isIn: hasHost, read: ({ prefix }) => prefix!.hostHitTokens },
  { key: "hostBlocks", isIn: hasHost, read: ({ prefix }) => prefix!.hostBlocks },
  { key: "hostEvictions", isIn: hasHost, read: ({ prefix }) => prefix!.hostEvictions },
  { key: "hostLoads", isIn: hasHost, read: ({ prefix }) => prefix!.hostLoads },
  { key: "hostLoadTime", isIn: hasHost, read: ({ prefix }) => prefix!.hostLoadNs / 1e9 },
  { key: "breakerOpen", isIn: hasBreakers, read: (of) => (breakerOf(of).isOpen(of.atNs) ? 1 : 0) },
  { key: "breakersOpened", isIn: hasBreakers, read: (of) => breakerOf(of).opened },
  { key: "checkpointTokens", isIn: hasCheckpoints, read: ({ run, replica, pool }) => run.checkpoints![pool.number]!.copiedTokens(replica) },
  {
    key: "checkpointBytes",
    isIn: hasCheckpoints,
    read: ({ run, replica, pool }) => {
      const copies = run.checkpoints![pool.number]!;
      return copies.bytesOf(copies.copiedTokens(replica));
    },
  },
];
