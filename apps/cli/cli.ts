import { act } from './commands/index.js';
import { exitCodes, type ExitName } from './exit-codes.js';
import { CliFailure } from './failure.js';
import { commandHelp, groupHelp } from './help.js';
import { parse } from './parse/parse.js';
import { resolve, type Resolved } from './parse/resolve.js';
import type { CommandName } from './table/commands.js';
import type { Terminal } from './terminal.js';

/** Runs one command line to its end; the exit code is the answer. Never rejects. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return exitCodes[await dispatch(argv, terminal)].code;
  } catch (error) {
    return exitCodes[report(error, terminal)].code;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<ExitName> {
  if (argv[0] === '__complete') return answerCompletion(argv.slice(1), terminal);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) return run('version', [], terminal);
  if (argv[0] === 'help') return showHelp(resolve(argv.slice(1)), terminal);
  const resolved = resolve(argv);
  if (resolved.kind === 'command') return run(resolved.name, resolved.rest, terminal);
  if (resolved.rest.some((word) => word === '--help' || word === '-h')) return showHelp(resolved, terminal);
  terminal.err(groupHelp(resolved.words));
  return 'usage';
}

function showHelp(resolved: Resolved, terminal: Terminal): ExitName {
  terminal.out(resolved.kind === 'command' ? commandHelp(resolved.name) : groupHelp(resolved.words));
  return 'ok';
}

async function run(name: CommandName, rest: readonly string[], terminal: Terminal): Promise<ExitName> {
  const parsed = parse(name, rest, terminal.env, terminal.now());
  if (parsed.help) return showHelp({ kind: 'command', name, rest }, terminal);
  return act(name, parsed, terminal);
}

async function answerCompletion(words: readonly string[], terminal: Terminal): Promise<ExitName> {
  const { complete } = await import('./completion/complete.js');
  const answer = complete(words);
  terminal.out(`${[answer.files, ...answer.words].join('\n')}\n`);
  return 'ok';
}

/** Says what was wrong and what to do. */
function report(error: unknown, terminal: Terminal): ExitName {
  if (terminal.interrupted.aborted) return 'interrupted';
  if (error instanceof CliFailure) {
    terminal.err(`wfhost: ${error.message}\n${error.remedy ? `  ${error.remedy}\n` : ''}`);
    return error.exit;
  }
  terminal.err(`wfhost: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 'unexpected';
}
