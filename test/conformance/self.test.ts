import { describe, expect, test } from '@jest/globals';
import {
  allCases,
  checkConformance,
  isGreen,
  openComponent,
  summaryOf,
  variantsOf,
  type OpenTarget,
  type Profile,
} from '../../conformance/index.js';
import { factory as builtin } from '../../components/builtin/component.js';
import { factory as template } from '../../components/template/component.js';
import type { ComponentFactory } from '../../core/index.js';
import { historyCodec } from '../../proto/history-codec.js';
import { profileOf } from './support/profiles.js';

interface Row {
  readonly name: string;
  readonly factory: ComponentFactory;
  readonly profile: Profile;
  readonly properties: Readonly<Record<string, string>>;
}

const rows: readonly Row[] = [
  { factory: template, profile: profileOf('template') },
  { factory: builtin, profile: profileOf('builtin') },
].flatMap(({ factory, profile }) =>
  variantsOf(profile).map(({ name, properties = {} }) => ({
    name: `${profile.name} (${name})`,
    factory,
    profile,
    properties,
  })),
);

describe('statement 69: the conformance suite', () => {
  test('has at least two hundred cases, each with an id of its own', () => {
    const ids = allCases.map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(200);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(rows)(
    'passes on $name as its profile says',
    async ({ name, factory, profile, properties }) => {
      const patience = profile.patienceMs === undefined ? {} : { patienceMs: profile.patienceMs };
      const open = (): Promise<OpenTarget> => openComponent(factory, { properties, codec: historyCodec, ...patience });
      // Whether a machine is fast enough is no question of this test.
      const { budgetMs: _budget, ...unhurried } = profile;
      const report = await checkConformance([open], { name, profile: unhurried });
      expect(isGreen(report) ? '' : summaryOf(report)).toBe('');
      expect(report.level).not.toBe('none');
    },
    300_000,
  );
});
