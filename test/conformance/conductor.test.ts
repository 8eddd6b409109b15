import { describe, expect, test } from '@jest/globals';
import { checkConformance, isGreen, openComponent, summaryOf, type OpenTarget } from '../../conformance/index.js';
import { factory } from '../../components/conductor/component.js';
import { historyCodec } from '../../proto/history-codec.js';
import { isServerWanted, openRealServer } from '../components/conductor/support/real-server.js';
import { profileOf } from './support/profiles.js';

describe('the conformance suite on Conductor', () => {
  test('passes as the profile says', async () => {
    if (!isServerWanted('the conformance suite on a real Conductor server')) return;
    const server = await openRealServer();
    try {
      const profile = profileOf('conductor');
      const properties = { serverUrl: server.url, prefix: `suite${process.pid}` };
      const patience = profile.patienceMs === undefined ? {} : { patienceMs: profile.patienceMs };
      const open = (): Promise<OpenTarget> => openComponent(factory, { properties, codec: historyCodec, ...patience });
      const report = await checkConformance([open], { name: 'conductor', profile, selection: { level: 'core' } });
      expect(isGreen(report) ? '' : summaryOf(report)).toBe('');
    } finally {
      await server.stop();
    }
  }, 1_800_000);
});
