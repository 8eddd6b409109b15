import { inTemporaryFolder } from './folder.js';
import { inChild } from './child.js';
import { longRun, openHost } from './embedded.js';
import { createReport, type Report } from './report.js';
import { median, spread } from './statistics.js';

export interface StepsRequest {
  readonly stepsPerWorkflow: number;
  readonly workflows: number;
}

interface StepsResult {
  readonly cpuMicrosPerStep: number;
  readonly wallMicrosPerStep: number;
}

/** The same number of steps, in short workflows and in long ones: the price of a step must not grow with what is behind it. */
const shapes: readonly StepsRequest[] = [
  { stepsPerWorkflow: 10, workflows: 4_000 },
  { stepsPerWorkflow: 100, workflows: 400 },
  { stepsPerWorkflow: 1_000, workflows: 40 },
  { stepsPerWorkflow: 10_000, workflows: 4 },
];
/** In flight at a time, for every shape. */
const lanes = 4;

export async function reportSteps(rounds: number): Promise<Report> {
  const results = new Map<StepsRequest, StepsResult[]>(shapes.map((shape) => [shape, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [shape, found] of results) found.push(await inChild<StepsResult>({ task: 'steps', argument: shape }));
  }
  const cpu = (shape: StepsRequest): number[] => (results.get(shape) ?? []).map((result) => result.cpuMicrosPerStep);
  const [shortest] = shapes;
  const base = shortest ? median(cpu(shortest)) : Number.NaN;
  const lines = shapes.map((shape) => [
    String(shape.stepsPerWorkflow),
    spread(cpu(shape), 1),
    `${(median(cpu(shape)) / base).toFixed(2)}x`,
    spread(
      (results.get(shape) ?? []).map((result) => result.wallMicrosPerStep),
      1,
    ),
  ]);
  const rows = shapes.map((shape) => ({ ...shape, results: results.get(shape) }));
  const header = ['steps', 'CPU us/step', 'of N=10', 'wall us/step'];
  return createReport(`step cost by history length, ${lanes} in flight, ${rounds} rounds`, header, lines, rows);
}

export function measureSteps({ stepsPerWorkflow, workflows }: StepsRequest): Promise<StepsResult> {
  return inTemporaryFolder(async (folder) => {
    const host = await openHost(folder);
    try {
      const runOne = async (): Promise<void> => {
        const right = await (await host.client.start(longRun, stepsPerWorkflow)).result();
        if (right !== stepsPerWorkflow) throw new Error(`wrong answer: ${right} of ${stepsPerWorkflow}`);
      };
      // The same warm-up for every shape: compiled code, not history, is what it makes.
      for (let count = 0; count < 20; count += 1) await (await host.client.start(longRun, 50)).result();
      const cpu = process.cpuUsage();
      const began = performance.now();
      let left = workflows;
      const lane = async (): Promise<void> => {
        while (left-- > 0) await runOne();
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      const { user, system } = process.cpuUsage(cpu);
      const steps = stepsPerWorkflow * workflows;
      return {
        cpuMicrosPerStep: (user + system) / steps,
        wallMicrosPerStep: ((performance.now() - began) * 1_000) / steps,
      };
    } finally {
      await host.close();
    }
  });
}
