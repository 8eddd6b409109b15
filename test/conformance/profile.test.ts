import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  BrokenDocument,
  checkConformance,
  isGreen,
  openComponent,
  profilesFolder,
  readProfile,
  type Deviation,
  type Profile,
} from '../../conformance/index.js';
import { capabilityComplaints, deviationOf, matches } from '../../conformance/profile.js';
import { factory as template } from '../../components/template/component.js';
import type { ComponentFactory } from '../../core/index.js';
import { profileOf } from './support/profiles.js';

const schemaFile = new URL('../../docs/schema/conformance-profile.json', import.meta.url);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as object;
const validate = new Ajv2020().compile(schema);

const valid = { name: 'mine', type: 'workflow.mine', capabilities: ['list'] };

const broken: readonly { readonly what: string; readonly value: unknown; readonly says: string }[] = [
  { what: 'a list', value: [], says: 'the document must be an object, not array' },
  { what: 'nothing', value: null, says: 'the document must be an object, not null' },
  { what: 'no name', value: { ...valid, name: undefined, type: 'x' }, says: 'name must be a string' },
  { what: 'a missing type', value: { name: 'a', capabilities: [] }, says: 'type is missing' },
  { what: 'an empty name', value: { ...valid, name: '' }, says: 'name must not be empty' },
  { what: 'an unknown member', value: { ...valid, patience: 3 }, says: 'patience is not known here' },
  { what: 'an unknown capability', value: { ...valid, capabilities: ['fly'] }, says: 'capabilities[0] must be one of' },
  { what: 'a patience of nothing', value: { ...valid, patienceMs: 0 }, says: 'patienceMs must be at least 1' },
  { what: 'half a case at once', value: { ...valid, parallelism: 1.5 }, says: 'parallelism must be an integer' },
  {
    what: 'a deviation without a reason',
    value: { ...valid, deviations: [{ cases: 'a/*', link: 'docs' }] },
    says: 'deviations[0].reason is missing',
  },
  {
    what: 'a deviation at an unknown door',
    value: { ...valid, deviations: [{ cases: 'a/*', reason: 'r', link: 'l', doors: ['window'] }] },
    says: 'deviations[0].doors[0] must be one of',
  },
  {
    what: 'a property that is no text',
    value: { ...valid, variants: [{ name: 'a', properties: { size: 3 } }] },
    says: 'variants[0].properties.size must be a string, not number',
  },
];

describe('a profile', () => {
  test.each(broken)('with $what is refused, here and by its published schema', ({ value, says }) => {
    expect(() => readProfile(value, 'mine.yaml')).toThrow(BrokenDocument);
    expect(() => readProfile(value, 'mine.yaml')).toThrow(says);
    expect(validate(JSON.parse(JSON.stringify(value)))).toBe(false);
  });

  test('says all that is wrong at once', () => {
    expect(() => readProfile({ patienceMs: 'long' }, 'mine.yaml')).toThrow(
      'profile mine.yaml: name is missing; type is missing; capabilities is missing; patienceMs must be an integer, not string',
    );
  });

  test.each(readdirSync(profilesFolder).map((file) => file.replace('.yaml', '')))(
    'of %s fits the published schema and bears its name',
    (name) => {
      expect(validate(profileOf(name))).toBe(true);
      expect(profileOf(name).name).toBe(name);
    },
  );

  test.each([
    { pattern: 'events/fifo', id: 'events/fifo', is: true },
    { pattern: 'events/fifo', id: 'events/fifo-late', is: false },
    { pattern: 'events/*', id: 'events/fifo', is: true },
    { pattern: '*', id: 'events/fifo', is: true },
    { pattern: 'e*s/f*o', id: 'events/fifo', is: true },
    { pattern: 'events.fifo', id: 'events/fifo', is: false },
    { pattern: 'ids/wide-dot.dot..', id: 'ids/wide-dot.dot..', is: true },
    { pattern: 'ids/plain-Ünïcödé*', id: 'ids/plain-Ünïcödé漢字', is: true },
  ])('$pattern means $id: $is', ({ pattern, id, is }) => expect(matches(pattern, id)).toBe(is));

  test('excuses a case at the doors it names alone', () => {
    const deviation = { cases: 'events/*', doors: ['http' as const], reason: 'r', link: 'l' };
    const profile: Profile = { name: 'a', type: 't', capabilities: [], deviations: [deviation] };
    expect(deviationOf(profile, 'events/fifo', 'http')).toEqual(deviation);
    expect(deviationOf(profile, 'events/fifo', 'grpc')).toBeUndefined();
    expect(deviationOf(undefined, 'events/fifo', 'http')).toBeUndefined();
  });

  test('complains of a capability it does not list, and of a lack it does not expect', () => {
    const { capabilities } = profileOf('template');
    const profile = { ...profileOf('template'), capabilities: [...capabilities.slice(1), 'purgeByFilter' as const] };
    const declared = Object.fromEntries(
      [...capabilities, 'purgeByFilter', 'nativeWorkflows'].map((name) => [
        name,
        capabilities.some((one) => one === name),
      ]),
    ) as Parameters<typeof capabilityComplaints>[1];
    expect(capabilityComplaints(profile, declared)).toEqual([
      'declares list, which its profile does not list',
      'declares to lack purgeByFilter, which its profile expects',
    ]);
  });
});

/** The template with one fault: it does not show status texts. */
const forgetful: ComponentFactory = {
  ...template,
  create: (spec, context) => {
    const whole = template.create(spec, context);
    const get: typeof whole.get = async (request) => {
      const { customStatus: _forgotten, ...instance } = await whole.get(request);
      return instance;
    };
    return { ...whole, get };
  },
};

const selection = { match: 'custom-status/' };
const impatient = { patienceMs: 500 };

function excusing(...deviations: readonly Omit<Deviation, 'reason' | 'link'>[]): Profile {
  const { budgetMs: _budget, ...profile } = profileOf('template');
  return {
    ...profile,
    deviations: deviations.map((one) => ({ ...one, reason: 'forgets the status text', link: 'docs/conformance.md' })),
  };
}

describe('a deviation', () => {
  test('that is declared does not fail the run, and is listed with its reason', async () => {
    const profile = excusing({ cases: 'custom-status/*' });
    const report = await checkConformance([() => openComponent(forgetful, impatient)], { profile, selection });
    expect(report.counts).toMatchObject({ passed: 0, failed: 0, deviating: report.counts.cases });
    expect(isGreen(report)).toBe(true);
    expect(report.level).toBe('none');
    expect(report.results[0]?.deviation).toEqual({ reason: 'forgets the status text', link: 'docs/conformance.md' });
  });

  test('that is not declared fails the run', async () => {
    const report = await checkConformance([() => openComponent(forgetful, impatient)], {
      profile: excusing({ cases: 'custom-status/raw' }),
      selection,
    });
    expect(report.counts.deviating).toBe(1);
    expect(report.counts.failed).toBe(report.counts.cases - 1);
    expect(isGreen(report)).toBe(false);
  });

  test('that has gone fails the run until its excuse is removed', async () => {
    const report = await checkConformance([() => openComponent(template)], {
      profile: excusing({ cases: 'custom-status/raw' }),
      selection,
    });
    const [failed, ...others] = report.results.filter(({ outcome }) => outcome === 'failed');
    expect(others).toEqual([]);
    expect(failed).toMatchObject({ id: 'custom-status/raw' });
    expect(failed?.reason).toContain('passes, though its profile says that it deviates');
  });

  test('for what is no case is a complaint', async () => {
    const report = await checkConformance([() => openComponent(template)], {
      profile: excusing({ cases: 'custom-status/none-such' }),
      selection,
    });
    expect(report.complaints).toEqual(['the profile has a deviation for "custom-status/none-such", which is no case']);
    expect(isGreen(report)).toBe(false);
  });
});

test('a run that takes longer than its profile allows is a complaint', async () => {
  const profile = { ...profileOf('template'), budgetMs: 1 };
  const report = await checkConformance([() => openComponent(template)], { profile, selection });
  expect(report.complaints).toEqual([expect.stringMatching(/^took \d+ ms, more than the 1 ms its profile allows$/)]);
});

test('a call that never answers fails its case and holds up nothing', async () => {
  const silent: ComponentFactory = {
    ...template,
    create: (spec, context) => {
      const whole = template.create(spec, context);
      return { ...whole, optional: { ...whole.optional, wait: () => new Promise<never>(() => undefined) } };
    },
  };
  const report = await checkConformance([() => openComponent(silent, { patienceMs: 100 })], {
    selection: { match: 'wait/ends' },
  });
  expect(report.results).toMatchObject([{ outcome: 'failed', reason: 'the case did not end within 400 ms' }]);
});
