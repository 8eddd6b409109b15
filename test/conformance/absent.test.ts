import { describe, expect, test } from '@jest/globals';
import { checkConformance, isGreen, openComponent, openRemote, summaryOf } from '../../conformance/index.js';
import type { CapabilityName } from '../../core/index.js';
import { componentSpec, configWith, startHost } from '../../host/index.js';
import { bareFactory } from './support/bare.js';

const anyPort = { host: '127.0.0.1', port: 0 };

describe('a component that lacks what it may lack', () => {
  test('keeps the core promises in process, and refuses the rest', async () => {
    const report = await checkConformance([() => openComponent(bareFactory())]);
    expect(isGreen(report) ? '' : summaryOf(report)).toBe('');
    expect(report.level).toBe('core');
    const shown = report.results.filter(({ id }) => id.startsWith('absent/'));
    expect(shown.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'absent/list passed',
      'absent/history passed',
      'absent/rerun passed',
      'absent/wait passed',
      'absent/purge-by-filter passed',
      'absent/suspend-resume passed',
      'absent/scheduled-start passed',
    ]);
  }, 120_000);

  test('refuses over the wire in the words of each door, where the host waits for it', async () => {
    const config = configWith({
      components: [componentSpec({ name: 'bare', type: 'workflow.bare' })],
      http: anyPort,
      grpc: anyPort,
      logLevel: 'silent',
    });
    const host = await startHost(config, { factories: [bareFactory()] });
    try {
      const addresses = { http: `http://127.0.0.1:${host.http?.port}`, grpc: `127.0.0.1:${host.grpc?.port}` };
      const open = (): ReturnType<typeof openRemote> => openRemote(addresses);
      const refused = await checkConformance([open], { selection: { match: 'absent/' } });
      const waited = await checkConformance([open], { selection: { match: 'wait/' } });
      for (const report of [refused, waited]) expect(isGreen(report) ? '' : summaryOf(report)).toBe('');
      const passed = refused.results.filter(({ outcome }) => outcome === 'passed');
      expect(passed.map(({ id, door }) => `${id} ${door}`)).toEqual([
        'absent/list http',
        'absent/list taskhub',
        'absent/history http',
        'absent/history taskhub',
        'absent/rerun http',
        'absent/rerun taskhub',
        'absent/purge-by-filter http',
        'absent/purge-by-filter taskhub',
        'absent/suspend-resume http',
        'absent/suspend-resume grpc',
        'absent/suspend-resume taskhub',
        'absent/scheduled-start http',
        'absent/scheduled-start grpc',
        'absent/scheduled-start taskhub',
      ]);
      expect(waited.counts.passed).toBeGreaterThan(0);
    } finally {
      await host.close();
    }
  }, 120_000);

  const lies: readonly { readonly capability: CapabilityName; readonly id: string }[] = [
    { capability: 'list', id: 'absent/list' },
    { capability: 'history', id: 'absent/history' },
    { capability: 'rerun', id: 'absent/rerun' },
    { capability: 'wait', id: 'absent/wait' },
    { capability: 'suspendResume', id: 'absent/suspend-resume' },
    { capability: 'scheduledStart', id: 'absent/scheduled-start' },
  ];

  test.each(lies)('is found out when it has $capability all the same', async ({ capability, id }) => {
    const open = (): ReturnType<typeof openComponent> => openComponent(bareFactory([capability]));
    const { results } = await checkConformance([open], { selection: { match: 'absent/' } });
    expect(results.filter(({ outcome }) => outcome === 'failed').map((result) => result.id)).toEqual([id]);
  });
});
