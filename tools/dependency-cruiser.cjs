/**
 * Who may import whom. One rule per row of the matrix in docs/ARCHITECTURE.md; whatever a row does not list is refused.
 * `test/tidy.test.ts` plants one violation per rule.
 */

const rooms = [
  'core',
  'components',
  'host',
  'proto',
  'sdk',
  'conformance',
  'apps',
  'examples',
  'bench',
  'test',
  'tools',
];

/** Files of our own tree. */
const ours = `^(${rooms.join('|')})/`;

/** A file in `from` may import, of our own, only what `allowed` lists (regular expressions on paths). */
function mayImport(name, from, allowed, comment, pathNot) {
  return {
    name,
    comment,
    severity: 'error',
    from: pathNot === undefined ? { path: from } : { path: from, pathNot },
    to: { path: ours, pathNot: allowed },
  };
}

/** npm packages or node modules matching `what` are imported only by files matching `where`. */
function onlyIn(name, what, where, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: ours, pathNot: [...where, '^test/', '^bench/', '^tools/'] },
    to: { path: what.map((packageName) => `^node_modules/${packageName}/`) },
  };
}

const matrix = [
  mayImport('core', '^core/', ['^core/'], 'The contract imports nothing of ours.', '^core/orchestration/'),
  mayImport(
    'core-orchestration',
    '^core/orchestration/',
    ['^core/orchestration/', '^core/(assert|errors|instance|requests|json|duration)\\.ts$'],
    'The pure replay core sees only itself and leaf modules.',
  ),
  mayImport(
    'components',
    '^components/([^/]+)/',
    ['^core/', '^components/$1/'],
    'A component knows the contract and its own folder: no neighbour, no host, no protobuf.',
  ),
  mayImport(
    'components-catalog',
    '^components/catalog\\.ts$',
    ['^core/', '^components/[^/]+/component\\.ts$'],
    'The catalog lists components.',
  ),
  {
    name: 'components-catalog-lazy',
    comment: 'The catalog loads a component only when a file asks for it.',
    severity: 'error',
    from: { path: '^components/catalog\\.ts$' },
    to: { path: '^components/[^/]+/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  mayImport('proto', '^proto/', ['^core/', '^proto/'], 'Wire formats know the contract only.'),
  mayImport(
    'host',
    '^host/',
    ['^core/', '^proto/', '^host/'],
    'The host knows components by their contract.',
    '^host/main\\.ts$',
  ),
  mayImport(
    'host-main',
    '^host/main\\.ts$',
    ['^core/', '^proto/', '^host/', '^components/catalog\\.ts$'],
    'The composition root also knows the catalog.',
  ),
  mayImport(
    'sdk',
    '^sdk/',
    ['^core/', '^sdk/'],
    'Authoring knows the contract only.',
    '^sdk/(client|worker|hosting|testing)/',
  ),
  mayImport(
    'sdk-edges',
    '^sdk/(client|worker)/',
    ['^core/', '^sdk/', '^proto/'],
    'The edges of the SDK speak the wire.',
  ),
  mayImport(
    'sdk-hosting',
    '^sdk/(hosting|testing)/',
    ['^core/', '^sdk/', '^host/', '^components/catalog\\.ts$'],
    'The second composition root: programs that embed the host.',
  ),
  mayImport(
    'conformance',
    '^conformance/',
    ['^core/', '^sdk/worker/', '^conformance/'],
    'The suite sees a component as its callers do.',
  ),
  mayImport(
    'apps',
    '^apps/([^/]+)/',
    ['^apps/$1/', '^sdk/client/', '^core/(assert|errors|instance|requests|index)\\.ts$'],
    'Apps speak the public API.',
    '^apps/cli/commands/',
  ),
  mayImport(
    'apps-cli-commands',
    '^apps/cli/commands/',
    ['^apps/cli/', '^sdk/client/', '^core/', '^host/', '^components/catalog\\.ts$', '^conformance/'],
    'Commands that run a host may load one.',
  ),
  {
    name: 'apps-cli-lazy',
    comment: 'A client command never loads the host: only a dynamic import inside the commands that run one may.',
    severity: 'error',
    from: { path: '^apps/cli/' },
    to: { path: '^(host|components|conformance)/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  mayImport('examples', '^examples/', ['^examples/', '^sdk/'], 'An example uses what a user can import.'),
  {
    name: 'sources-import-no-tests',
    comment: 'Tests, benches and tools use the sources, never the other way round.',
    severity: 'error',
    from: { path: ours, pathNot: ['^(test|bench|tools)/', '\\.test\\.ts$'] },
    to: { path: ['^(test|bench|tools)/', '\\.test\\.ts$'] },
  },
];

const invariants = [
  {
    name: 'generated-protobuf',
    comment: 'Protobuf types live only in proto, host/grpc and the SDK edges.',
    severity: 'error',
    from: {
      path: ours,
      pathNot: ['^proto/', '^host/grpc/', '^sdk/(client|worker)/', '^test/(proto|host/grpc|integration)/', '^tools/'],
    },
    to: { path: '^proto/gen/' },
  },
  {
    name: 'core-imports-nothing',
    comment: 'No npm package and no node module in the contract.',
    severity: 'error',
    from: { path: '^core/' },
    to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'authoring-imports-nothing',
    comment: 'Importing the authoring API loads no package.',
    severity: 'error',
    from: { path: '^sdk/(authoring/|index\\.ts$)' },
    to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
  },
  onlyIn('express-only-in-http', ['express', '@types/express'], ['^host/http/'], 'Express is the HTTP door.'),
  onlyIn(
    'inversify-only-in-container',
    ['inversify', 'reflect-metadata', '@inversifyjs/[^/]+'],
    ['^host/container/', '^host/main\\.ts$'],
    'The container wires the host and nothing else.',
  ),
  onlyIn(
    'grpc-only-at-the-edges',
    ['@grpc/grpc-js'],
    ['^host/grpc/', '^sdk/(client|worker)/', '^conformance/'],
    'gRPC is a door and an edge.',
  ),
  onlyIn(
    'protobuf-only-in-proto',
    ['@bufbuild/protobuf'],
    ['^proto/', '^host/grpc/', '^sdk/(client|worker)/'],
    'Protobuf is a wire format.',
  ),
  onlyIn(
    'observability-packages',
    ['pino', 'prom-client', '@opentelemetry/[^/]+'],
    ['^host/observability/'],
    'Logs, metrics and traces are set up in one room.',
  ),
  onlyIn(
    'yaml-only-in-config',
    ['yaml'],
    ['^host/config/', '^apps/cli/'],
    'YAML is read in one room, and printed by the CLI.',
  ),
  onlyIn('ajv-only-at-the-border', ['ajv'], ['^host/config/', '^host/http/'], 'Schemas are checked at the border.'),
];

const hygiene = [
  {
    name: 'no-circular',
    comment:
      'Imports flow downward. Two files of a room may name each other’s types, which exist at compile time only.',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  { name: 'resolvable', comment: 'Every import exists.', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'declared-dependencies',
    comment: 'What the package runs on is in its dependencies.',
    severity: 'error',
    from: { path: ours, pathNot: ['^(test|bench|tools)/', '\\.test\\.ts$'] },
    // An optional peer is a development dependency as well, so that tests have it.
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only', 'npm-peer'] },
  },
];

module.exports = {
  forbidden: [...matrix, ...invariants, ...hygiene],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['^dist/', '^test/tidy/planted/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    moduleSystems: ['es6', 'cjs'],
  },
};
