export { suiteOf, type ConformanceCase, type Suite } from './case.js';
export {
  checkConformance,
  runConformance,
  type CheckOptions,
  type TargetOpener,
  type RegisterTest,
  type RunOptions,
} from './check.js';
export {
  DoorRefusal,
  doorNames,
  type DoorName,
  type DoorOperation,
  type InstanceView,
  type ManagementDoor,
} from './door.js';
export { grpcDoor } from './doors/grpc.js';
export { httpDoor, type HttpDoorOptions } from './doors/http.js';
export { inProcessDoor } from './doors/in-process.js';
export { taskHubDoor } from './doors/taskhub.js';
export {
  defaultPatienceMs,
  openComponent,
  openWith,
  type OpenComponent,
  type OpenOptions,
  type OpenTarget,
} from './in-process/open-component.js';
export { firstDifference, type Difference } from './performance/compare.js';
export { perform, type Performance, type Scenario } from './performance/perform.js';
export { definitionsIn, workerOf, type Definitions } from './performance/worker.js';
export {
  profilesFolder,
  readProfile,
  variantsOf,
  type Deviation,
  type Profile,
  type ProfileVariant,
} from './profile.js';
export { TargetProblem, describeRemote, type ProblemKind, type RemoteComponent } from './remote/describe.js';
export { tryDoors, type Check } from './remote/examine.js';
export { openRemote, wireDoors, type RemoteOptions, type WireDoor } from './remote/open-remote.js';
export { badgeSvg } from './report/badge.js';
export { changesBetween, type Change } from './report/diff.js';
export { junitXml } from './report/junit.js';
export { markdownMatrix } from './report/markdown.js';
export { readReport } from './report/read.js';
export {
  isGreen,
  type ConformanceReport,
  type Counts,
  type DoorDifference,
  type ReachedLevel,
  type ReportedCase,
  type Verdict,
} from './report/report.js';
export { summaryOf } from './report/summary.js';
export {
  plan,
  runCase,
  runPlan,
  type CaseResult,
  type ConformanceTarget,
  type PlannedCase,
  type Selection,
} from './run.js';
export { BrokenDocument } from './schema/check.js';
export { allCases, suites } from './suites/index.js';
export type { WireOptions } from './wire/client.js';
export { SuiteWorker } from './worker/suite-worker.js';
export { attachToTaskHub, type TaskHubStream } from './worker/taskhub-worker.js';
