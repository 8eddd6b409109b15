import { outputFlags, quietFlag, statusChoices, workflowFlags } from './flags.js';
import type { CommandSpec } from './spec.js';

const instance = { name: 'instance-id', help: 'Instance to address.' } as const;
const instances = {
  ...instance,
  repeatable: true,
  help: 'Instances to address; "-" reads ids from standard input.',
} as const;
const inputFlag = { kind: 'text', short: 'x', value: 'JSON' } as const;
const reasonFlag = { kind: 'text', short: 'r', value: 'TEXT', help: 'Why; kept in the history.' } as const;

/** Commands that read. */
const reading = {
  'workflow list': {
    summary: 'List instances, oldest first.',
    aliases: ['ls'],
    args: [],
    flags: {
      'filter-status': {
        kind: 'choice',
        short: 's',
        choices: statusChoices,
        repeatable: true,
        help: 'Only instances in this status.',
      },
      'filter-name': { kind: 'text', short: 'w', value: 'NAME', help: 'Only instances of this workflow.' },
      'filter-max-age': { kind: 'moment', short: 'm', direction: 'past', help: 'Only instances created since.' },
      'filter-prefix': { kind: 'text', value: 'TEXT', help: 'Only instances whose id begins so.' },
      limit: { kind: 'integer', value: 'N', min: 1, max: 1_000_000_000, help: 'Stop after so many instances.' },
      'page-size': { kind: 'integer', value: 'N', min: 1, max: 1024, default: 256, help: 'Instances per request.' },
      ...outputFlags,
      ...workflowFlags,
    },
    examples: ['workflow list', 'wf ls -s FAILED -m 24h -o ids', 'wf ls -o json --limit 10'],
  },
  'workflow get': {
    summary: 'Show the state of one instance.',
    args: [instance],
    flags: { ...outputFlags, ...workflowFlags },
    examples: ['workflow get order-1', 'wf get order-1 -o json'],
  },
  'workflow history': {
    summary: 'Show the history events of one instance.',
    args: [instance],
    flags: { ...outputFlags, ...workflowFlags },
    examples: ['workflow history order-1', 'wf history order-1 -o wide', 'wf history order-1 -o jsonl'],
  },
  'workflow show': {
    summary: 'Tell what happened to an instance so far, and with --follow what happens next.',
    args: [instance],
    flags: {
      follow: { kind: 'switch', short: 'f', help: 'Go on until the instance has ended.' },
      ...outputFlags,
      ...workflowFlags,
    },
    examples: ['workflow show order-1', 'wf show order-1 --follow'],
  },
  'workflow wait': {
    summary: 'Wait until an instance has ended (or started) and show its state.',
    details: 'Exits 0 when it completed, 10 when it failed, 11 when it was terminated, 8 when --timeout is over.',
    args: [instance],
    flags: {
      until: { kind: 'choice', choices: ['closed', 'started'], default: 'closed', help: 'What to wait for.' },
      timeout: { kind: 'duration', short: 't', help: 'Give up after this time; without it, never.' },
      ...outputFlags,
      ...workflowFlags,
    },
    examples: ['workflow wait order-1', 'wf wait order-1 --timeout 5m -o json'],
  },
} as const satisfies Record<string, CommandSpec>;

/** Commands that act on one instance or a few. */
const acting = {
  'workflow run': {
    summary: 'Start an instance of a workflow.',
    details: 'With --wait the exit code tells how it ended, as with "workflow wait".',
    aliases: ['start'],
    args: [{ name: 'workflow', help: 'Name of the workflow.' }],
    flags: {
      'instance-id': {
        kind: 'text',
        short: 'i',
        value: 'ID',
        help: 'Id of the new instance; one is made up otherwise.',
      },
      input: { ...inputFlag, help: 'Input, as JSON; "-" reads it from standard input.' },
      'start-time': { kind: 'moment', short: 's', direction: 'future', help: 'Do not begin before this time.' },
      'version-name': { kind: 'text', value: 'VERSION', help: 'Version of the workflow.' },
      tag: { kind: 'text', value: 'KEY=VALUE', repeatable: true, help: 'Tag of the instance.' },
      'on-conflict': {
        kind: 'choice',
        choices: ['error', 'returnExisting'],
        default: 'error',
        help: 'When the id is taken: fail, or answer with the instance that has it.',
      },
      wait: { kind: 'switch', help: 'Wait for its end and show its state.' },
      timeout: { kind: 'duration', short: 't', help: 'Give up waiting after this time.' },
      ...outputFlags,
      ...workflowFlags,
    },
    examples: [
      'workflow run process-order -x \'{"id":"1"}\' -i order-1',
      'wf run process-order -x @order.json --wait -o json',
      'wf run report -s 2h',
    ],
  },
  'workflow raise-event': {
    summary: 'Deliver an event to an instance.',
    args: [{ name: 'instance-id/event', help: 'Instance and event name, with a slash between them.' }],
    flags: {
      input: { ...inputFlag, help: 'Data of the event, as JSON; "-" reads it from standard input.' },
      ...quietFlag,
      ...workflowFlags,
    },
    examples: ['workflow raise-event order-1/approval -x \'{"approved":true}\''],
  },
  'workflow suspend': {
    summary: 'Stop new steps of an instance until it is resumed.',
    aliases: ['pause'],
    args: [instances],
    flags: { reason: reasonFlag, ...quietFlag, ...workflowFlags },
    examples: ['workflow suspend order-1 -r "stock is being counted"'],
  },
  'workflow resume': {
    summary: 'Let a suspended instance go on.',
    args: [instances],
    flags: { reason: reasonFlag, ...quietFlag, ...workflowFlags },
    examples: ['workflow resume order-1', 'wf ls -s SUSPENDED -o ids | wfhost wf resume -'],
  },
  'workflow terminate': {
    summary: 'End an instance now, as TERMINATED.',
    args: [instances],
    flags: {
      output: { kind: 'text', short: 'o', value: 'JSON', help: 'Output the instance ends with, as JSON.' },
      'no-recursive': { kind: 'switch', help: 'Leave its children running.' },
      ...quietFlag,
      ...workflowFlags,
    },
    examples: ['workflow terminate order-1', 'wf terminate order-1 -o \'"cancelled by customer"\''],
  },
  'workflow rerun': {
    summary: 'Start a new instance from the history of a closed one, up to an event.',
    args: [{ ...instance, help: 'Instance to take the history from.' }],
    flags: {
      'event-id': {
        kind: 'integer',
        short: 'e',
        value: 'N',
        min: 0,
        max: 2_147_483_647,
        help: 'Event to run again: an activity, timer or child workflow of the history; the first one otherwise.',
      },
      'new-instance-id': {
        kind: 'text',
        short: 'i',
        value: 'ID',
        help: 'Id of the new instance; one is made up otherwise.',
      },
      input: { ...inputFlag, help: 'Other input for that event, as JSON; "-" reads it from standard input.' },
      ...outputFlags,
      ...workflowFlags,
    },
    examples: ['workflow rerun order-1 -e 2 --new-instance-id order-1-again'],
  },
  'workflow purge': {
    summary: 'Remove closed instances and all that belongs to them.',
    details:
      'Either name instances, or choose them with --all, --all-older-than or --all-filter-status. A choice is made once: ' +
      'what is counted, shown and confirmed is exactly what is removed, even when more instances match by then.',
    args: [{ ...instances, optional: true }],
    flags: {
      all: { kind: 'switch', help: 'All closed instances.' },
      'all-older-than': { kind: 'moment', direction: 'past', help: 'Closed instances created before.' },
      'all-filter-status': {
        kind: 'choice',
        choices: statusChoices,
        repeatable: true,
        help: 'Closed instances in this status; any status with --force.',
      },
      force: { kind: 'switch', help: 'Also instances that have not ended: what is in flight for them is dropped.' },
      'no-recursive': { kind: 'switch', help: 'Leave their children.' },
      'dry-run': { kind: 'switch', help: 'Print how many and the first ids, and remove nothing.' },
      yes: { kind: 'switch', short: 'y', help: 'Do not ask.' },
      ...quietFlag,
      ...workflowFlags,
    },
    examples: [
      'workflow purge order-1',
      'wf purge --all-older-than 30d --dry-run',
      'wf purge --all-filter-status COMPLETED -y',
    ],
  },
} as const satisfies Record<string, CommandSpec>;

export const workflowCommands = { ...reading, ...acting } as const;
