/** Files that a host must refuse, and what it must say: each row is one mistake that somebody makes. */
export interface BrokenFile {
  readonly name: string;
  readonly text: string;
  /** `line:column`. */
  readonly at: string;
  readonly message: string;
  readonly hint?: string;
  /** `error` unless said otherwise. */
  readonly severity?: 'warning';
}

const component = (lines: {
  readonly head?: string;
  readonly spec?: string;
  readonly tail?: string;
}): string => `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: orders
${lines.head ?? ''}spec:
  type: workflow.builtin
${lines.spec ?? ''}${lines.tail ?? ''}`;

const property = (text: string): string => component({ spec: `  metadata:\n${text}` });

const configuration = (workflow: string): string => `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: config
spec:
  workflow:
${workflow}`;

export const brokenFiles: readonly BrokenFile[] = [
  {
    name: 'a misspelt kind',
    text: component({}).replace('kind: Component', 'kind: Componnet'),
    at: '2:7',
    message: 'unknown kind "Componnet"',
    hint: 'did you mean "Component"?',
  },
  {
    name: 'a kind in lower case',
    text: component({}).replace('kind: Component', 'kind: component'),
    at: '2:7',
    message: 'unknown kind "component"',
    hint: 'did you mean "Component"?',
  },
  {
    name: 'a key Kind in upper case',
    text: component({}).replace('kind:', 'Kind:'),
    at: '2:1',
    message: 'unknown key "Kind"',
    hint: 'did you mean "kind"?',
  },
  {
    name: 'no kind at all',
    text: component({}).replace('kind: Component\n', ''),
    at: '1:1',
    message: 'the document lacks the key "kind"',
    hint: 'kind: Component or kind: Configuration',
  },
  {
    name: 'another apiVersion',
    text: component({}).replace('dapr.io/v1alpha1', 'dapr.io/v1alpha'),
    at: '1:13',
    message: '"apiVersion" must be dapr.io/v1alpha1 or wfhost.io/v1alpha1, not "dapr.io/v1alpha"',
    hint: 'did you mean "dapr.io/v1alpha1"?',
  },
  {
    name: 'no apiVersion',
    text: component({}).replace('apiVersion: dapr.io/v1alpha1\n', ''),
    at: '1:1',
    message: 'the document lacks the key "apiVersion"',
  },
  {
    name: 'no metadata',
    text: component({}).replace('metadata:\n  name: orders\n', ''),
    at: '1:1',
    message: 'the document lacks the key "metadata"',
  },
  {
    name: 'no name',
    text: component({}).replace('  name: orders', '  namespace: default'),
    at: '4:3',
    message: '"metadata" lacks the key "name"',
  },
  {
    name: 'a name that fits into no URL',
    text: component({}).replace('orders', '"my orders"'),
    at: '4:9',
    message: '"metadata.name" must match pattern "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"',
  },
  {
    name: 'a misspelt key of metadata',
    text: component({ head: '  namespce: default\n' }),
    at: '5:3',
    message: 'unknown key "namespce"',
    hint: 'did you mean "namespace"?',
  },
  {
    name: 'no type',
    text: component({}).replace('  type: workflow.builtin', '  version: v1'),
    at: '6:3',
    message: '"spec" lacks the key "type"',
  },
  {
    name: 'an unknown type',
    text: component({}).replace('builtin', 'bultin'),
    at: '6:9',
    message: 'unknown component type "workflow.bultin"',
    hint: 'did you mean "workflow.builtin"?',
  },
  {
    name: 'a type of no known engine',
    text: component({}).replace('builtin', 'cadence'),
    at: '6:9',
    message: 'unknown component type "workflow.cadence"',
    hint: 'known: workflow.builtin, workflow.template, workflow.conductor, workflow.temporal',
  },
  {
    name: 'a misspelt building block',
    text: component({}).replace('workflow.builtin', 'worklfow.builtin'),
    at: '6:9',
    message: 'unknown component type "worklfow.builtin"',
    hint: 'did you mean "workflow.builtin"?',
  },
  {
    name: 'a version that does not exist',
    text: component({ spec: '  version: v2\n' }),
    at: '7:12',
    message: 'component type "workflow.builtin" has no version "v2"',
    hint: 'known: v1',
  },
  {
    name: 'a version that YAML takes for a number',
    text: component({ spec: '  version: 1\n' }),
    at: '7:12',
    message: '"spec.version" must be string, not the number 1',
  },
  {
    name: 'a misspelt key of spec',
    text: component({ spec: '  initTimout: 5s\n' }),
    at: '7:3',
    message: 'unknown key "initTimout"',
    hint: 'did you mean "initTimeout"?',
  },
  {
    name: 'a time-out without a unit',
    text: component({ spec: '  initTimeout: "5"\n' }),
    at: '7:16',
    message: '"spec.initTimeout" is no duration: "5"',
    hint: 'for example 5s or 1m30s',
  },
  {
    name: 'a time-out of days, which Go does not know',
    text: component({ spec: '  initTimeout: 1d\n' }),
    at: '7:16',
    message: '"spec.initTimeout" is no duration: "1d"',
    hint: 'for example 5s or 1m30s',
  },
  {
    name: 'ignoreErrors as text',
    text: component({ spec: '  ignoreErrors: "yes"\n' }),
    at: '7:17',
    message: '"spec.ignoreErrors" must be boolean, not the string "yes"',
  },
  {
    name: 'properties as a map',
    text: component({ spec: '  metadata:\n    path: a.db\n' }),
    at: '8:5',
    message: '"spec.metadata" must be array or null, not a map',
  },
  {
    name: 'an unknown property',
    text: property('    - name: pth\n      value: a.db\n'),
    at: '8:13',
    message: 'unknown property "pth"',
    hint: 'did you mean "path"?',
  },
  {
    name: 'a property in other letters',
    text: property('    - name: Path\n      value: a.db\n'),
    at: '8:13',
    message: 'unknown property "Path"',
    hint: 'did you mean "path"?',
  },
  {
    name: 'a property with a value of the wrong form',
    text: property('    - name: stickyBytes\n      value: 64Mi\n'),
    at: '9:14',
    message: 'property "stickyBytes" must match pattern "^[0-9]{1,15}$"',
  },
  {
    name: 'a property with a structure',
    text: property('    - name: path\n      value: [a.db]\n'),
    at: '9:14',
    message: '"spec.metadata[0].value" must be string or number or boolean or null, not a list',
  },
  {
    name: 'a property given twice',
    text: property('    - name: path\n      value: a.db\n    - name: path\n      value: b.db\n'),
    at: '10:13',
    message: 'property "path" is given twice',
  },
  {
    name: 'a property without a name',
    text: property('    - value: a.db\n'),
    at: '8:7',
    message: '"spec.metadata[0]" lacks the key "name"',
  },
  {
    name: 'a misspelt source of a value',
    text: property('    - name: path\n      secretKeyref:\n        name: db\n'),
    at: '9:7',
    message: 'unknown key "secretKeyref"',
    hint: 'did you mean "secretKeyRef"?',
  },
  {
    name: 'a value from two places',
    text: property('    - name: path\n      value: a.db\n      envRef: DB\n'),
    at: '8:7',
    message: 'property "path" has more than one of value, secretKeyRef and envRef',
  },
  {
    name: 'a secret that is not there',
    text: property('    - name: path\n      secretKeyRef:\n        name: NO_SUCH_SECRET\n'),
    at: '10:9',
    message: 'secret "NO_SUCH_SECRET" was not found in the environment',
    severity: 'warning',
  },
  {
    name: 'a secret of a store that is not declared',
    text: component({
      spec: '  metadata:\n    - name: path\n      secretKeyRef:\n        name: db\n',
      tail: 'auth:\n  secretStore: vault\n',
    }),
    at: '12:16',
    message: 'unknown secret store "vault"',
    hint: 'known: env, file',
  },
  {
    name: 'a misspelt key of auth',
    text: component({ tail: 'auth:\n  secretstore: env\n' }),
    at: '8:3',
    message: 'unknown key "secretstore"',
    hint: 'did you mean "secretStore"?',
  },
  {
    name: 'an environment variable that is not set',
    text: property('    - name: path\n      envRef: NO_SUCH_VARIABLE\n'),
    at: '9:15',
    message: 'environment variable NO_SUCH_VARIABLE is not set',
    severity: 'warning',
  },
  {
    name: "an environment variable that holds the host's own secrets",
    text: property('    - name: path\n      envRef: DAPR_API_TOKEN\n'),
    at: '9:15',
    message: 'environment variable DAPR_API_TOKEN is reserved for the host',
  },
  {
    name: 'a placeholder without a value',
    text: property('    - name: path\n      value: "${NO_SUCH_VARIABLE}/a.db"\n'),
    at: '9:14',
    message: 'environment variable NO_SUCH_VARIABLE is not set',
    hint: 'give a default: ${NO_SUCH_VARIABLE:-value}',
    severity: 'warning',
  },
  {
    name: 'scopes as text',
    text: component({ tail: 'scopes: orders\n' }),
    at: '7:9',
    message: '"scopes" must be array or null, not the string "orders"',
  },
  {
    name: 'two components of one name',
    text: `${component({})}---\n${component({})}`,
    at: '11:9',
    message: 'component "orders" is declared twice',
    hint: 'also at FILE:4:9',
  },
  {
    name: 'a key given twice',
    text: component({ spec: '  type: workflow.template\n' }),
    at: '7:3',
    message: 'Map keys must be unique',
  },
  {
    name: 'a bad indentation',
    text: component({ spec: '   metadata: []\n' }),
    at: '6:9',
    message: 'Nested mappings are not allowed in compact mappings',
  },
  {
    name: 'a tab for indentation',
    text: component({ spec: '\tversion: v1\n' }),
    at: '7:1',
    message: 'Tabs are not allowed as indentation',
  },
  {
    name: 'a quote that is not closed',
    text: component({ spec: '  version: "v1\n' }),
    at: '8:1',
    message: 'Missing closing "quote',
  },
  {
    name: 'an anchor',
    text: component({ spec: '  metadata: &shared []\n' }),
    at: '7:21',
    message: 'anchors and aliases are not accepted',
    hint: 'write the value out',
  },
  {
    name: 'a custom tag',
    text: component({ spec: '  version: !version v1\n' }),
    at: '7:12',
    message: 'Unresolved tag: !version',
  },
  {
    name: 'a flood of brackets',
    text: '['.repeat(100_000),
    at: '1:1',
    message: 'nested deeper than 32 levels',
  },
  {
    name: 'a misspelt setting',
    text: configuration('    maxConcurentWorkflowInvocations: 5\n'),
    at: '7:5',
    message: 'unknown key "maxConcurentWorkflowInvocations"',
    hint: 'did you mean "maxConcurrentWorkflowInvocations"?',
  },
  {
    name: 'a misspelt section',
    text: configuration('    plugins: []\n').replace('  workflow:', '  workflows:'),
    at: '6:3',
    message: 'unknown key "workflows"',
    hint: 'did you mean "workflow"?',
  },
  {
    name: 'a limit of zero',
    text: configuration('    maxConcurrentActivityInvocations: 0\n'),
    at: '7:39',
    message: '"spec.workflow.maxConcurrentActivityInvocations" must be >= 1',
  },
  {
    name: 'a limit as text',
    text: configuration('    maxConcurrentActivityInvocations: "5"\n'),
    at: '7:39',
    message: '"spec.workflow.maxConcurrentActivityInvocations" must be integer, not the string "5"',
  },
  {
    name: 'a named limit without a number',
    text: configuration('    activityConcurrencyLimits:\n      - name: charge\n'),
    at: '8:9',
    message: '"spec.workflow.activityConcurrencyLimits[0]" lacks the key "maxConcurrent"',
  },
  {
    name: 'a retention in days, which Go does not know',
    text: configuration('    stateRetentionPolicy:\n      completed: 7d\n'),
    at: '8:18',
    message: '"completed" is no duration: "7d"',
    hint: 'for example 0s, 90m or 168h',
  },
  {
    name: 'a misspelt retention',
    text: configuration('    stateRetentionPolicy:\n      complete: 7h\n'),
    at: '8:7',
    message: 'unknown key "complete"',
    hint: 'did you mean "completed"?',
  },
  {
    name: 'a plug-in that is not installed',
    text: configuration('    plugins:\n      - no-such-wfhost-plugin\n'),
    at: '8:9',
    message: 'plugin "no-such-wfhost-plugin" is not installed: npm install no-such-wfhost-plugin',
  },
];
