import { inChild } from './child.js';
import type { LoopRequest, LoopResult } from './closed-loop.js';
import { createReport, type Report } from './report.js';
import { median, spread } from './statistics.js';

export interface EngineComparison {
  readonly workload: string;
  readonly concurrencies: readonly number[];
  readonly engines: readonly string[];
  readonly rounds: number;
  readonly measureMs: number;
}

/**
 * Runs every engine once per round, one after the other, so that what else the machine does hits all of them. The
 * median counts; CPU per workflow hardly moves with the load and breaks ties.
 */
export async function compareEngines(comparison: EngineComparison): Promise<Report> {
  const lines: string[][] = [];
  const rows: Record<string, unknown>[] = [];
  for (const concurrency of comparison.concurrencies) {
    const results = await interleave(comparison, concurrency);
    const fastest = Math.max(...comparison.engines.map((engine) => median(of(results, engine, 'perSecond'))));
    for (const engine of comparison.engines) {
      const perSecond = of(results, engine, 'perSecond');
      const ratio = fastest / median(perSecond);
      lines.push([
        String(concurrency),
        engine,
        spread(perSecond),
        `${ratio.toFixed(2)}x`,
        spread(of(results, engine, 'p50Ms'), 2),
        spread(of(results, engine, 'p99Ms'), 2),
        spread(of(results, engine, 'cpuMicros'), 1),
        spread(of(results, engine, 'commitsPerWorkflow'), 2),
        `${Math.round(median(of(results, engine, 'rssBytes')) / 2 ** 20)} MB`,
      ]);
      rows.push({ concurrency, engine, ratio, rounds: results.filter((result) => result.engine === engine) });
    }
  }
  const header = ['in flight', 'engine', 'wf/s', 'behind', 'p50 ms', 'p99 ms', 'CPU us/wf', 'commits/wf', 'RSS'];
  return createReport(`${comparison.workload}, ${comparison.rounds} interleaved rounds`, header, lines, rows);
}

async function interleave(comparison: EngineComparison, concurrency: number): Promise<LoopResult[]> {
  const results: LoopResult[] = [];
  for (let round = 0; round < comparison.rounds; round += 1) {
    for (const engine of comparison.engines) {
      const { workload, measureMs } = comparison;
      const argument: LoopRequest = { engine, workload, concurrency, measureMs, warmupMs: measureMs / 3 };
      results.push(await inChild<LoopResult>({ task: 'loop', argument }));
    }
  }
  return results;
}

function of(
  results: readonly LoopResult[],
  engine: string,
  field: 'perSecond' | 'p50Ms' | 'p99Ms' | 'cpuMicros' | 'commitsPerWorkflow' | 'rssBytes',
): number[] {
  return results.filter((result) => result.engine === engine).map((result) => result[field]);
}
