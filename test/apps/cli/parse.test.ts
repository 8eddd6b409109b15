import { describe, expect, test } from '@jest/globals';
import { CliFailure } from '../../../apps/cli/failure.js';
import { parse } from '../../../apps/cli/parse/parse.js';
import { resolve } from '../../../apps/cli/parse/resolve.js';
import { nearest } from '../../../apps/cli/parse/suggest.js';
import { parseDuration, parseMoment } from '../../../apps/cli/parse/values.js';
import { hostFlags } from '../../../apps/cli/table/host-flags.js';
import { flagVariables } from '../../../host/config/flags.js';
import { commandNames, flagsOf, specOf } from '../../../apps/cli/table/commands.js';

const now = Date.UTC(2030, 0, 31, 12);

describe('finding the command', () => {
  test.each([
    { line: 'workflow list', name: 'workflow list', rest: [] },
    { line: 'wf ls', name: 'workflow list', rest: [] },
    { line: 'work list -o json', name: 'workflow list', rest: ['-o', 'json'] },
    { line: '-o json wf ls', name: 'workflow list', rest: ['-o', 'json'] },
    { line: '--output=json wf --no-headers ls', name: 'workflow list', rest: ['--output=json', '--no-headers'] },
    { line: '--server http://x:1 wf get a', name: 'workflow get', rest: ['--server', 'http://x:1', 'a'] },
    { line: 'wf start list', name: 'workflow run', rest: ['list'] },
    { line: 'run -H 0', name: 'run', rest: ['-H', '0'] },
    { line: 'component ls', name: 'component list', rest: [] },
  ])('$line is $name', ({ line, name, rest }) => {
    expect(resolve(line.split(' '))).toEqual({ kind: 'command', name, rest });
  });

  test.each([
    { line: 'workflwo list', hint: 'Did you mean "workflow"?' },
    { line: 'wf lst', hint: 'Did you mean "workflow list"?' },
    { line: 'wf suspned a', hint: 'Did you mean "workflow suspend"?' },
    { line: 'frobnicate', hint: 'See wfhost --help.' },
  ])('$line is refused with a hint', ({ line, hint }) => {
    expect(failure(() => resolve(line.split(' ')))).toMatchObject({ exit: 'usage', remedy: hint });
  });

  test('a group alone is no command', () => {
    expect(resolve(['wf'])).toEqual({ kind: 'group', words: ['workflow'], rest: [] });
  });
});

describe('reading flags', () => {
  const list = (...argv: string[]) => parse('workflow list', argv, {}, now).flags;

  test.each([
    { argv: ['-o', 'json'], flag: 'output', value: 'json' },
    { argv: ['-ojson'], flag: 'output', value: 'json' },
    { argv: ['-o=json'], flag: 'output', value: 'json' },
    { argv: ['--output=JSON'], flag: 'output', value: 'json' },
    { argv: [], flag: 'output', value: 'table' },
    { argv: ['-s', 'failed', '-s', 'RUNNING'], flag: 'filter-status', value: ['FAILED', 'RUNNING'] },
    { argv: [], flag: 'filter-status', value: [] },
    { argv: ['-m', '24h'], flag: 'filter-max-age', value: now - 86_400_000 },
    { argv: ['-m', '2030-01-01'], flag: 'filter-max-age', value: Date.UTC(2030, 0, 1) },
    { argv: ['--limit', '7'], flag: 'limit', value: 7 },
    { argv: [], flag: 'limit', value: undefined },
    { argv: ['--no-headers'], flag: 'no-headers', value: true },
    { argv: [], flag: 'no-headers', value: false },
    { argv: [], flag: 'request-timeout', value: 30_000 },
  ])('$argv gives $flag = $value', ({ argv, flag, value }) => {
    expect(list(...argv)[flag]).toEqual(value);
  });

  test.each([
    {
      argv: ['--outptu', 'json'],
      message: '"--outptu" is no flag of wfhost workflow list',
      remedy: 'Did you mean --output?',
    },
    { argv: ['-o'], message: '-o needs a value (table|wide|json|jsonl|yaml|ids|none)', remedy: undefined },
    {
      argv: ['-o', 'jsno'],
      message: '--output: "jsno" is not one of table, wide, json, jsonl, yaml, ids, none',
      remedy: 'Did you mean json?',
    },
    {
      argv: ['-w', '-s'],
      message: '-w needs a value (NAME), got the flag -s',
      remedy: 'A value that begins with "-" is written -w=-s.',
    },
    { argv: ['--no-headers=yes'], message: '--no-headers takes no value, got "yes"', remedy: undefined },
    { argv: ['--limit', '0'], message: '--limit: "0" is not a whole number from 1 to 1000000000', remedy: undefined },
    {
      argv: ['--limit', '1e3'],
      message: '--limit: "1e3" is not a whole number from 1 to 1000000000',
      remedy: undefined,
    },
    {
      argv: ['-m', 'yesterday'],
      message: '--filter-max-age: "yesterday" is neither a time nor a duration',
      remedy: 'Write 2030-01-31T12:00:00Z, 2030-01-31 or 24h.',
    },
    {
      argv: ['--request-timeout', '5'],
      message: '--request-timeout: "5" is not a duration',
      remedy: 'Write it like 90s, 1h30m or 3d.',
    },
    {
      argv: ['--limit', '1', '--limit', '2'],
      message: '--limit was given 2 times, it takes one value',
      remedy: undefined,
    },
    {
      argv: ['extra'],
      message: 'wfhost workflow list does not know what to do with "extra"',
      remedy: 'See wfhost workflow list --help.',
    },
  ])('$argv is refused: $message', ({ argv, message, remedy }) => {
    expect(failure(() => list(...argv))).toMatchObject({ exit: 'usage', message, remedy });
  });

  test.each([
    { argv: ['-o', 'yaml'], env: { WFHOST_OUTPUT: 'json' }, expected: 'yaml' },
    { argv: [], env: { WFHOST_OUTPUT: 'json' }, expected: 'json' },
    { argv: [], env: { WFHOST_OUTPUT: '' }, expected: 'table' },
  ])('flag over environment over default: $argv $env', ({ argv, env, expected }) => {
    expect(parse('workflow list', argv, env, now).flags['output']).toBe(expected);
  });

  test('the first variable that is set wins, and a wrong one is named', () => {
    const token = (env: Record<string, string>) => parse('workflow list', [], env, now).flags['token'];
    expect(token({ WFHOST_TOKEN: 'a', DAPR_API_TOKEN: 'b' })).toBe('a');
    expect(token({ DAPR_API_TOKEN: 'b' })).toBe('b');
    expect(failure(() => parse('workflow list', [], { WFHOST_OUTPUT: 'xml' }, now)).message).toMatch(
      /^WFHOST_OUTPUT: "xml"/,
    );
  });

  test('-h asks for help whatever else is wrong', () => {
    expect(parse('workflow get', ['-h'], {}, now).help).toBe(true);
  });
});

describe('reading arguments', () => {
  test.each([
    { name: 'workflow get', argv: ['a'], args: { 'instance-id': 'a' } },
    { name: 'workflow get', argv: ['--', '-a'], args: { 'instance-id': '-a' } },
    { name: 'workflow suspend', argv: ['a', '-r', 'why', 'b'], args: { 'instance-id': ['a', 'b'] } },
    { name: 'workflow purge', argv: ['--all'], args: { 'instance-id': [] } },
    { name: 'component describe', argv: [], args: { component: undefined } },
    { name: 'completion', argv: ['BASH'], args: { shell: 'bash' } },
  ] as const)('$name $argv', ({ name, argv, args }) => {
    expect(parse(name, argv, {}, now).args).toEqual(args);
  });

  test('a missing one is named', () => {
    expect(failure(() => parse('workflow get', [], {}, now)).message).toBe(
      'wfhost workflow get needs INSTANCE-ID: Instance to address.',
    );
  });
});

describe('values', () => {
  test.each([
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['2h45m', 9_900_000],
    ['3d', 259_200_000],
    ['300ms', 300],
    ['0', 0],
    ['5', undefined],
    ['', undefined],
    ['1y', undefined],
    ['-5s', undefined],
    ['1h 5m', undefined],
  ])('duration %p is %p ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ['2030-01-02T03:04:05Z', Date.UTC(2030, 0, 2, 3, 4, 5)],
    ['2030-01-02T03:04:05+02:00', Date.UTC(2030, 0, 2, 1, 4, 5)],
    ['2030-01-02T03:04:05', Date.UTC(2030, 0, 2, 3, 4, 5)],
    ['2030-01-02 03:04', Date.UTC(2030, 0, 2, 3, 4)],
    ['2030-13-02', undefined],
    ['soon', undefined],
  ])('time %p', (text, ms) => {
    expect(parseMoment(text, 'past', now)).toBe(ms);
  });

  test('a span counts back or forth', () => {
    expect(parseMoment('1h', 'past', now)).toBe(now - 3_600_000);
    expect(parseMoment('1h', 'future', now)).toBe(now + 3_600_000);
  });

  test.each([
    ['lsit', ['list', 'get'], 'list'],
    ['purg', ['purge', 'get'], 'purge'],
    ['zzz', ['list', 'get'], undefined],
  ])('%p is near %p', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});

describe('the table', () => {
  test('a flag before its command is read the same whichever command it belongs to', () => {
    const kinds = new Map<string, Set<boolean>>();
    for (const name of commandNames) {
      for (const [flag, spec] of Object.entries(flagsOf(name))) {
        for (const label of [`--${flag}`, ...(spec.short ? [`-${spec.short}`] : [])]) {
          kinds.set(label, (kinds.get(label) ?? new Set()).add(spec.kind === 'switch'));
        }
      }
    }
    expect([...kinds].filter(([, takes]) => takes.size > 1)).toEqual([]);
  });

  test('the flags of a host are those the host knows, with the variables it looks at', () => {
    const shown = Object.fromEntries(Object.entries(hostFlags).map(([flag, { hostEnv }]) => [flag, hostEnv]));
    expect(shown).toEqual(flagVariables);
  });

  test.each(commandNames)(
    '%s has no short flag twice, and only its last argument repeats or may be left out',
    (name) => {
      const shorts = Object.values(flagsOf(name)).flatMap(({ short }) => short ?? []);
      expect(new Set(shorts).size).toBe(shorts.length);
      expect(
        specOf(name)
          .args.slice(0, -1)
          .filter((arg) => arg.repeatable || arg.optional),
      ).toEqual([]);
    },
  );

  test.each(commandNames.flatMap((name) => specOf(name).examples.map((line) => ({ name, line }))))(
    'the example "$line" parses',
    ({ name, line }) => {
      const words = shellWords(
        line
          .split(' > ')[0]
          ?.split(' | ')
          .at(-1)
          ?.replace(/^wfhost /, '') ?? '',
      );
      const resolved = resolve(words);
      expect(resolved).toMatchObject({ kind: 'command', name });
      if (resolved.kind === 'command') parse(resolved.name, resolved.rest, {}, now);
    },
  );
});

/** Splits as a shell does, as far as the examples need. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function failure(run: () => unknown): CliFailure {
  try {
    run();
  } catch (error) {
    if (error instanceof CliFailure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
