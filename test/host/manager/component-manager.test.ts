import { describe, expect, test } from '@jest/globals';
import { WorkflowError, type ComponentFactory, type ComponentSpec } from '../../../core/index.js';
import { componentSpec, configWith } from '../../../host/config/defaults.js';
import { Secrets } from '../../../host/observability/secrets.js';
import { startHost, type RunningHost } from '../../../host/host.js';
import { tinyFactory } from './tiny-component.js';

const spec = (name: string, more: Partial<ComponentSpec> = {}): ComponentSpec =>
  componentSpec({ name, type: 'workflow.tiny', source: `c/${name}.yaml:4:9`, ...more });

interface Given {
  readonly components: readonly ComponentSpec[];
  readonly factories: readonly ComponentFactory[];
  readonly defaultComponent?: string;
  readonly secrets?: Secrets;
  readonly drainTimeoutMs?: number;
  readonly lines?: string[];
}

const start = ({ factories, lines = [], ...overrides }: Given): Promise<RunningHost> =>
  startHost(configWith(overrides), { factories, writeLog: (line) => lines.push(line) });

const failure = async (given: Given): Promise<WorkflowError> => {
  const error: unknown = await start(given).then(
    async (host) => host.close(),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(WorkflowError);
  return error as WorkflowError;
};

describe('order', () => {
  test('components open in file order and close in reverse', async () => {
    const log: string[] = [];
    const components = [spec('a'), spec('b'), spec('c')];
    const host = await start({ components, factories: [tinyFactory('workflow.tiny', log)], defaultComponent: 'a' });
    await Promise.all([host.close(), host.close()]);
    expect(log).toEqual(['a:init', 'b:init', 'c:init', 'c:close', 'b:close', 'a:close']);
  });

  test('a component that fails ends the start after what was opened is closed', async () => {
    const log: string[] = [];
    const factory = tinyFactory('workflow.tiny', log, {
      init: async (_signal, { name }) => {
        if (name === 'b') throw new Error('no such server');
      },
    });
    const error = await failure({
      components: [spec('a'), spec('b'), spec('c')],
      factories: [factory],
      defaultComponent: 'a',
    });
    expect(error.code).toBe('ERR_CONFIG_INVALID');
    expect(error.message).toBe('c/b.yaml:4:9: component "b": no such server');
    expect(log).toEqual(['a:init', 'b:init', 'b:close', 'a:close']);
  });

  test("a component's own error keeps its code", async () => {
    const factory = tinyFactory('workflow.tiny', [], {
      init: async () => {
        throw new WorkflowError('ERR_STORE_IN_USE', { path: 'a.db' });
      },
    });
    expect((await failure({ components: [spec('a')], factories: [factory] })).code).toBe('ERR_STORE_IN_USE');
  });

  test('a component that hangs is given up after its time-out and told so', async () => {
    let aborted = false;
    const factory = tinyFactory('workflow.tiny', [], {
      init: (signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
        }),
    });
    const error = await failure({ components: [spec('a', { initTimeoutMs: 20 })], factories: [factory] });
    expect(error.code).toBe('ERR_COMPONENT_NOT_READY');
    expect(error.message).toContain('it did not initialise within 20 ms');
    expect(aborted).toBe(true);
  });

  test('a component that does not close is left to the end of the process', async () => {
    const log: string[] = [];
    const lines: string[] = [];
    const factory = tinyFactory('workflow.tiny', log, { close: () => new Promise(() => {}) });
    const components = [spec('a'), spec('b')];
    const host = await start({ components, factories: [factory], defaultComponent: 'a', drainTimeoutMs: 100, lines });
    await host.close();
    expect(log.slice(2)).toEqual(['b:close', 'a:close']);
    expect(lines.filter((line) => line.includes('did not close in time'))).toHaveLength(2);
  });

  test('a component that closes badly does not keep the others open', async () => {
    const log: string[] = [];
    const factory = tinyFactory('workflow.tiny', log, { close: () => Promise.reject(new Error('broken')) });
    const host = await start({ components: [spec('a'), spec('b')], factories: [factory], defaultComponent: 'a' });
    await host.close();
    expect(log.slice(2)).toEqual(['b:close', 'a:close']);
  });
});

describe('ignoreErrors', () => {
  const failing = (name: string): ComponentFactory =>
    tinyFactory('workflow.tiny', [], {
      init: async (_signal, one) => {
        if (one.name === name) throw new Error('no such server');
      },
    });

  test('leaves the component out', async () => {
    const components = [spec('a'), spec('b', { ignoreErrors: true })];
    const host = await start({ components, factories: [failing('b')], defaultComponent: 'a' });
    expect(host.service.components.list().map(({ name }) => name)).toEqual(['a']);
    expect(() => host.service.components.resolve('b')).toThrow(
      expect.objectContaining({ code: 'ERR_COMPONENT_NOT_FOUND' }),
    );
    expect(host.readiness()).toEqual({ ready: true });
    await host.close();
  });

  test('does not make another component the default', async () => {
    const components = [spec('a', { ignoreErrors: true }), spec('b')];
    const host = await start({ components, factories: [failing('a')], defaultComponent: 'a' });
    expect(() => host.service.components.resolve('dapr')).toThrow(
      expect.objectContaining({ code: 'ERR_COMPONENT_NOT_READY' }),
    );
    expect(host.readiness()).toEqual({ ready: false, reason: expect.stringContaining('no such server') });
    await host.close();
  });
});

describe('the default component', () => {
  const factories = [tinyFactory('workflow.tiny', [])];

  test.each([
    { name: 'the only one', components: [spec('a')], expected: 'a' },
    { name: 'the one that is chosen', components: [spec('a'), spec('b')], defaultComponent: 'b', expected: 'b' },
  ])('is $name', async ({ expected, ...given }) => {
    const host = await start({ ...given, factories });
    const { components } = host.service;
    for (const name of [undefined, '', 'dapr', 'default']) expect(components.resolve(name).name).toBe(expected);
    expect(
      components
        .list()
        .filter(({ isDefault }) => isDefault)
        .map(({ name }) => name),
    ).toEqual([expected]);
    await host.close();
  });

  test('is not meant by "dapr" when a component is called so', async () => {
    const host = await start({ components: [spec('a'), spec('dapr')], factories, defaultComponent: 'a' });
    expect(host.service.components.resolve('dapr').name).toBe('dapr');
    expect(host.service.components.resolve().name).toBe('a');
    await host.close();
  });

  test.each([
    {
      name: 'several and no choice',
      components: [spec('a'), spec('b')],
      reason: 'several components are declared and none is the default',
    },
    {
      name: 'a choice that is not declared',
      components: [spec('a')],
      defaultComponent: 'x',
      reason: 'the default component "x" is not declared',
    },
    {
      name: 'a type nobody has',
      components: [spec('a', { type: 'workflow.none' })],
      reason: 'unknown component type workflow.none/v1',
    },
  ])('$name is refused', async ({ reason, ...given }) => {
    const error = await failure({ ...given, factories });
    expect(error.code).toBe('ERR_CONFIG_INVALID');
    expect(error.message).toContain(reason);
  });

  test('an unknown name says which there are', async () => {
    const host = await start({ components: [spec('a'), spec('b')], factories, defaultComponent: 'a' });
    expect(() => host.service.components.resolve('c')).toThrow("workflow component 'c' does not exist; loaded: a, b");
    await host.close();
  });
});

describe('readiness', () => {
  test('follows the default component, and ends with the drain', async () => {
    let health = { ready: false, reason: 'server is down' };
    const factory = tinyFactory('workflow.tiny', [], { health: () => health });
    const host = await start({ components: [spec('a')], factories: [factory] });
    expect(host.readiness()).toEqual({ ready: false, reason: 'component "a": server is down' });
    health = { ready: true, reason: '' };
    expect(host.readiness()).toEqual({ ready: true });
    const closing = host.close();
    expect(host.readiness()).toEqual({ ready: false, reason: 'shutting down' });
    await closing;
    await expect(host.service.get(undefined, 'x')).rejects.toMatchObject({ code: 'ERR_SHUTTING_DOWN' });
  });
});

describe('secrets', () => {
  const canary = 'canary-7f3a91';
  const components = [spec('a', { properties: new Map([['password', canary]]) })];
  const secrets = new Secrets([canary]);

  test.each([
    { name: 'an error of init', throws: new Error(`cannot log in with ${canary}`) },
    {
      name: 'a coded error of init',
      throws: new WorkflowError('ERR_STORE_UNSUPPORTED', { path: canary, reason: canary }),
    },
  ])('are struck from $name', async ({ throws }) => {
    const lines: string[] = [];
    const factory = tinyFactory('workflow.tiny', [], {
      init: () => Promise.reject(throws),
    });
    const error = await failure({ components, factories: [factory], secrets, lines });
    expect(`${error.message}${JSON.stringify(error.params)}${lines.join('')}`).not.toContain(canary);
  });

  test('are struck from logs, health and metadata', async () => {
    const lines: string[] = [];
    const factory = tinyFactory('workflow.tiny', [], {
      create: (given, { logger }) => {
        logger.info(
          { properties: Object.fromEntries(given.properties), url: `x://u:${canary}@h` },
          `made with ${canary}`,
        );
        logger.error({ err: new Error(canary) }, 'oh no');
      },
      health: () => ({ ready: false, reason: `refused ${canary}` }),
    });
    const host = await start({ components, factories: [factory], secrets, lines });
    const shown = JSON.stringify([host.service.components.list(), host.metadata(), host.readiness()]);
    await host.close();
    expect(lines.length).toBeGreaterThan(3);
    expect(shown + lines.join('')).not.toContain(canary);
  });
});
