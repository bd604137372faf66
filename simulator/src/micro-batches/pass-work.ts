import type { Crowd, Pass } from "@tokenyard/model";
import type { ExpertLoad, MoveCost, PassAtWork, SequenceCosts } from "@tokenyard/program";
import type { Stream } from "@tokenyard/random";

/** Random streams from which the experts of a pass are drawn. */
export interface Draws {
  readonly routing: Stream;
  readonly overflow: Stream;
  readonly guesses?: Stream | undefined;
  /** If the fates of copies are requested expert by expert: of which expert those are that are dropped. */
  readonly fates?: Stream | undefined;
}

/** A pass of a micro-batch, or of one of its halves: the input for the costs of its ops. Empty in a test of the stage alone. */
export class PassWork implements PassAtWork {
  /** Whether it is of a draft: where its tokens go is no load of the model's experts. */
  isDraft = false;
  /** Number of times that the micro-batch has been round all stages, which is the slice of layers that it crosses. */
  slice = 0;
  scheduled: Pass | undefined;
  sequences: SequenceCosts | undefined;
  load: ExpertLoad | undefined;
  /** Experts that move while it is on the stage; undefined where none do. */
  moves: MoveCost | undefined;
  /** Draws of its experts. */
  draws: Draws | undefined;
  /** The copies of `load`, as those see them that cut them. */
  crowd: Crowd | undefined;

  /** `pass` begins: nothing of its costs is known. */
  begin(pass: Pass): void {
    this.load!.reportedTo = -1;
    this.restart(pass);
  }

  /** Restarts a pass that was examined. */
  restart(pass: Pass): void {
    this.scheduled = pass;
    if (this.sequences!.isAsked) this.sequences!.renew();
    if (this.load!.layer >= 0) this.load!.forget();
  }
}
