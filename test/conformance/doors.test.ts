import { describe, expect, test } from '@jest/globals';
import { checkConformance, isGreen, openRemote, summaryOf } from '../../conformance/index.js';
import { componentSpec } from '../../host/index.js';
import { createHost } from '../../sdk/hosting/index.js';
import { profileOf } from './support/profiles.js';

/** A real host with both doors; the suite sees nothing of it but the wire. */
describe('the conformance suite from outside', () => {
  test('passes at the HTTP, gRPC and TaskHub doors of the built-in engine', async () => {
    const host = await createHost({
      workflows: [],
      activities: [],
      components: [
        componentSpec({ name: 'builtin', type: 'workflow.builtin', properties: new Map([['path', ':memory:']]) }),
      ],
      config: { logLevel: 'silent' },
      http: { port: 0 },
      grpc: { port: 0 },
    });
    const { budgetMs: _budget, ...profile } = profileOf('builtin');
    const http = `http://127.0.0.1:${host.http?.port}`;
    const grpc = `127.0.0.1:${host.grpc?.port}`;
    try {
      const report = await checkConformance([() => openRemote({ http, grpc, profile })], { profile });
      expect(isGreen(report) ? '' : summaryOf(report)).toBe('');
      expect(report.differences).toEqual([]);
    } finally {
      await host.close();
    }
  }, 600_000);
});
