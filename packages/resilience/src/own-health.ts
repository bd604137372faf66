/** A fault on ranks of one replica, as a detection is asked about it. */
export interface StruckFault {
  readonly kind: string;
  readonly replica: number;
  /** Numbered through all replicas. */
  readonly ranks: readonly number[];
  readonly atSeconds: number;
  /** The first instant at which something was to be computed; undefined: there has been nothing. */
  readonly trafficSeconds: number | undefined;
  /** Whether its processes have ended, with their node, or go on with an error that they report. */
  readonly isGone: boolean;
  readonly withNode: boolean;
  readonly raisesError: boolean;
  /** When the detectors of `health` would know; undefined: never. */
  readonly detectorsSeconds: number | undefined;
}

/** What a replica has lost. */
export interface KnownLoss {
  readonly replica: number;
  /** Lost GPUs, numbered through all replicas. */
  readonly ranks: readonly number[];
  /** Data groups that lost GPUs, of so many. */
  readonly lostGroups: number;
  readonly dataGroups: number;
  /** Whether what stands in would start all processes again, as where no data group is left. */
  readonly restarts: boolean;
  /** What it would take, from then, or from when a GPU is there for each. */
  readonly seconds: number;
}

export interface ChosenRecovery {
  /** Whether all processes start again; otherwise the stand-in's reaction applies, which must not be a restart. */
  readonly restarts: boolean;
  readonly seconds: number;
}

/** Decides when faults are known, in place of the detectors alone. */
export interface Detecting {
  readonly kind: string;
  /** The simulated instant, in seconds; undefined: never. */
  knownSeconds(fault: StruckFault): number | undefined;
}

/** Decides what a known loss takes. */
export type Recovering = (loss: KnownLoss) => ChosenRecovery;

/** Policies of a caller that detect and recover in place of those of `health`. */
export interface OwnHealth {
  readonly detection?: Detecting | undefined;
  readonly recovery?: Recovering | undefined;
}
