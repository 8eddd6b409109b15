import type { ComponentSpec } from '../../../../core/index.js';
import type { Profile, ProfileVariant } from '../../../../conformance/index.js';
import type { HostConfig } from '../../../../host/index.js';
import { CliFailure, usage } from '../../failure.js';
import type { Terminal } from '../../terminal.js';
import { withHost } from '../with-host.js';
import { isPath, profileNamed, profileNames, profileOfType } from './profiles.js';
import type { SuiteModule } from './with-suite.js';

/** A component that a host can be started for. */
export interface Engine {
  /** `builtin (sqlite)`. */
  readonly name: string;
  /** Of the component within its host. */
  readonly component: string;
  readonly profile?: Profile;
  /** One of all: where it cannot be started (its server is not there), the others are run. */
  readonly mayBeMissing?: boolean;
  /** Configuration of a host of its own. Its data goes to the folder, unless the component names another place. */
  readonly config: (dataDir: string) => Promise<HostConfig>;
}

export interface EngineFlags {
  /** Configuration file, for component files. */
  readonly config: string | undefined;
}

/** The word that means every component that comes with a profile. */
const all = 'all';

/** What a name or a path means: several engines where a profile has several variants and none is named. */
export async function enginesFor(
  suite: SuiteModule,
  given: string,
  flags: EngineFlags,
  terminal: Terminal,
): Promise<readonly Engine[]> {
  if (isPath(given)) return [await engineOfFile(suite, given, undefined, flags, terminal)];
  if (given === all) {
    const names = await profileNames(suite);
    const engines = await Promise.all(names.map((name) => enginesFor(suite, name, flags, terminal)));
    return engines.flat().map((engine) => ({ ...engine, mayBeMissing: true }));
  }
  const [name = '', wanted] = given.split(':');
  const profile = await profileNamed(suite, name, terminal);
  const variants = suite.variantsOf(profile);
  const chosen = wanted === undefined ? variants : variants.filter((variant) => variant.name === wanted);
  if (chosen.length > 0) return chosen.map((variant) => engineOfProfile(profile, variant, terminal));
  throw usage(`"${name}" has no variant "${wanted}"; it has ${variants.map((variant) => variant.name).join(', ')}`);
}

function engineOfProfile(profile: Profile, variant: ProfileVariant, terminal: Terminal): Engine {
  const { name: component, type, version } = profile;
  return {
    name: variant.name === component ? component : `${component} (${variant.name})`,
    component,
    profile,
    config: (dataDir) =>
      withHost(async ({ componentSpec, configWith }) => {
        const properties = propertiesOf(variant, terminal);
        const spec = componentSpec({
          name: component,
          type,
          properties,
          ...(version === undefined ? {} : { version }),
        });
        return configWith({ components: [spec], dataDir, logLevel: 'silent' });
      }),
  };
}

/** What a profile leaves to where it is run, such as the address of a server: `${NAME}` is a variable of the environment. */
function propertiesOf({ properties = {} }: ProfileVariant, { env }: Terminal): ReadonlyMap<string, string> {
  const filled = (text: string): string =>
    text.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_whole, name: string) => {
      const value = env[name];
      if (value !== undefined && value !== '') return value;
      throw new CliFailure('unreachable', `${name} is not set`, { remedy: 'Set it to the address of a server.' });
    });
  return new Map(Object.entries(properties).map(([name, text]) => [name, filled(text)]));
}

/** `wanted`: which component, when the file has several. */
export async function engineOfFile(
  suite: SuiteModule,
  path: string,
  wanted: string | undefined,
  flags: EngineFlags,
  terminal: Terminal,
): Promise<Engine> {
  const loaded = await loadFile(path, flags, terminal);
  const spec = pick(loaded.components, path, wanted);
  const profile = await profileOfType(suite, spec.type, terminal);
  return {
    name: spec.name,
    component: spec.name,
    ...(profile ? { profile } : {}),
    config: (dataDir) =>
      withHost(async ({ configWith }) => {
        const { http: _http, grpc: _grpc, defaultComponent: _default, ...declared } = loaded;
        return configWith({ ...declared, components: [spec], apiTokens: [], dataDir, logLevel: 'silent' });
      }),
  };
}

function loadFile(path: string, { config }: EngineFlags, terminal: Terminal): Promise<HostConfig> {
  const flags = { 'resources-path': [path], ...(config === undefined ? {} : { config }) };
  return withHost(({ loadConfig }) => loadConfig({ flags, env: terminal.env, cwd: terminal.cwd }));
}

function pick(specs: readonly ComponentSpec[], path: string, wanted: string | undefined): ComponentSpec {
  const [first, ...others] = wanted === undefined ? specs : specs.filter(({ name }) => name === wanted);
  const names = specs.map(({ name }) => name).join(', ');
  if (first && others.length === 0) return first;
  if (specs.length === 0) throw usage(`${path} declares no workflow component`);
  if (wanted !== undefined) throw usage(`${path} declares no component "${wanted}"; it has ${names}`);
  throw usage(`${path} declares several components: ${names}`, 'Pick one with --component.');
}
