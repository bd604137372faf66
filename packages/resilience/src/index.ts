export { DETECTORS, type Detector, type Sight, sightOf } from "./detection.ts";
export { type Fault, faultOf, isAny, type Symptom } from "./fault.ts";
export { faultProblems } from "./fault-problems.ts";
