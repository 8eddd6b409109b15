import { colorFlag, outputFlags } from './flags.js';
import type { CommandSpec, FlagSpec } from './spec.js';

/** Where the host under test is. */
const addressFlags = {
  http: { kind: 'text', value: 'URL', help: 'HTTP address of a running host, such as http://127.0.0.1:3500.' },
  grpc: {
    kind: 'text',
    value: 'ADDRESS',
    help: "gRPC address of a running host, such as 127.0.0.1:50001; the suite's worker connects there.",
  },
  'api-token': {
    kind: 'text',
    value: 'TOKEN',
    env: ['WFHOST_TOKEN', 'DAPR_API_TOKEN'],
    help: 'API token. The environment keeps it out of the process list.',
  },
} as const satisfies Record<string, FlagSpec>;

const componentFlag = {
  component: {
    kind: 'text',
    value: 'NAME',
    repeatable: true,
    help:
      'With --http or --grpc: the component of that host. Otherwise: a component that comes with the host ' +
      '(builtin, builtin:sqlite, template, or all), or a component file; a host is started for it.',
  },
} as const satisfies Record<string, FlagSpec>;

const selectionFlags = {
  level: { kind: 'choice', choices: ['core', 'full'], default: 'full', help: 'Core promises only, or all.' },
  match: { kind: 'text', value: 'TEXT', help: 'Only cases whose id contains this.' },
} as const satisfies Record<string, FlagSpec>;

export const conformanceCommands = {
  'conformance run': {
    summary: 'Run the conformance suite on a component.',
    details:
      'Against a running host, over the wire alone (--http, --grpc), or on components that are started for it. Exits 20 ' +
      'when a promise does not hold. The worker of the suite takes every workflow that the host offers it: the host ' +
      'should serve nobody else meanwhile.',
    args: [],
    flags: {
      ...addressFlags,
      ...componentFlag,
      'component-file': {
        kind: 'text',
        value: 'FILE',
        completes: 'file',
        help: 'A component file; a host is started for it. --component picks one when it has several.',
      },
      config: {
        kind: 'text',
        short: 'c',
        value: 'FILE',
        completes: 'file',
        help: 'Configuration file of the host that is started: lists plug-ins.',
      },
      door: {
        kind: 'text',
        value: 'A,B',
        default: 'all',
        help: 'Doors: all, or some of in-process, http, grpc, taskhub.',
      },
      profile: {
        kind: 'text',
        value: 'FILE',
        completes: 'file',
        help: 'What is expected: a profile file, or the name of a component that comes with the host.',
      },
      ...selectionFlags,
      parallel: {
        kind: 'integer',
        value: 'N',
        min: 1,
        max: 256,
        help: 'Cases at once; as the profile says otherwise.',
      },
      seeds: {
        kind: 'integer',
        value: 'N',
        min: 1,
        max: 1_000_000,
        default: 200,
        help: 'How many random programs are run. The same seed is the same program, everywhere and for ever.',
      },
      patience: { kind: 'duration', help: 'How long a condition may take; as the profile says otherwise.' },
      report: { kind: 'text', value: 'FILE', completes: 'file', help: 'Write the report there, as JSON.' },
      format: {
        kind: 'choice',
        choices: ['text', 'markdown', 'junit', 'json'],
        default: 'text',
        help: 'Form of what is printed at the end.',
      },
    },
    examples: [
      'conformance run --component builtin --door all',
      'conformance run --http http://127.0.0.1:3500 --grpc 127.0.0.1:50001 --component orders',
      'conformance run --component-file ./components/mine.yaml --config ./config.yaml --report report.json',
      'conformance run --component all --format markdown',
    ],
  },
  'conformance list': {
    summary: 'List the cases of the suite.',
    aliases: ['ls'],
    args: [],
    flags: { ...outputFlags, ...selectionFlags },
    examples: ['conformance list --level core', 'conformance ls --match timers -o wide'],
  },
  'conformance doctor': {
    summary: 'Check that the suite can be run against a host.',
    details: 'Reaches it, reads what the component declares, and runs one workflow at each door.',
    args: [],
    flags: {
      ...addressFlags,
      component: { kind: 'text', value: 'NAME', help: 'Component of that host; its default one otherwise.' },
      patience: { kind: 'duration', default: '10s', help: 'How long the workflow may take.' },
      ...outputFlags,
    },
    examples: ['conformance doctor --http http://127.0.0.1:3500 --grpc 127.0.0.1:50001'],
  },
  'conformance report': {
    summary: 'Print reports in another form.',
    details: 'Several reports become one table. A badge is made of one report.',
    args: [{ name: 'file', help: 'Reports that conformance run wrote.', repeatable: true, completes: 'file' }],
    flags: {
      format: {
        kind: 'choice',
        choices: ['text', 'markdown', 'junit', 'badge'],
        default: 'text',
        help: 'Text and markdown are for people, junit for build servers, badge is an SVG.',
      },
    },
    examples: [
      'conformance report report.json --format junit > junit.xml',
      'conformance report report.json --format badge > badge.svg',
    ],
  },
  'conformance diff': {
    summary: 'Compare two reports, or one workflow on two components.',
    details:
      'Two reports: which outcomes changed; exits 20 when something got worse. With --workflow: runs the workflow of a ' +
      'module on two components with the same input and events and shows the first place where history, status or ' +
      'output differ; exits 20 when they do.',
    args: [{ name: 'report', help: 'Two reports.', optional: true, repeatable: true, completes: 'file' }],
    flags: {
      workflow: {
        kind: 'text',
        value: 'FILE',
        completes: 'file',
        help: 'JavaScript module that exports workflows and activities made with the SDK.',
      },
      name: { kind: 'text', value: 'NAME', help: 'Which workflow, when the module exports several.' },
      component: {
        kind: 'text',
        value: 'NAME',
        repeatable: true,
        help: 'Give it twice: a component that comes with the host (builtin, builtin:sqlite, template), or a component file.',
      },
      config: {
        kind: 'text',
        short: 'c',
        value: 'FILE',
        completes: 'file',
        help: 'Configuration file of the hosts that are started: lists plug-ins.',
      },
      input: { kind: 'text', short: 'x', value: 'JSON', help: 'Input: JSON, @FILE, or - for standard input.' },
      events: {
        kind: 'text',
        value: 'FILE',
        completes: 'file',
        help: 'JSON list of {"name": ..., "data": ...}: each is raised when the workflow waits for nothing else.',
      },
      timeout: { kind: 'duration', default: '60s', help: 'How long the workflow may take on each component.' },
      ...colorFlag,
    },
    examples: [
      'conformance diff before.json after.json',
      'conformance diff --workflow order.mjs --component builtin --component template -x \'{"total": 5}\' --events events.json',
    ],
  },
} as const satisfies Record<string, CommandSpec>;
