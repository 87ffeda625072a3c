import { Command } from 'commander';
import { styleHelp, withExamples } from './command-help.js';
import { firstArgument } from './first-argument.js';
import { collect } from './option-values.js';

interface TopCommand {
  readonly name: string;
  readonly description: string;
  /** What completes it: its arguments and options, or its subcommands. */
  load(): Promise<(command: Command, args: readonly string[]) => void>;
}

const topCommands: readonly TopCommand[] = [
  {
    name: 'setup',
    description: 'Set up automatic backups: the key, what, where and when',
    load: async () => (await import('./setup-command.js')).completeSetup,
  },
  {
    name: 'init',
    description: 'Set up a data directory with an encryption key of its own',
    load: async () => (await import('./init-command.js')).completeInit,
  },
  {
    name: 'location',
    description: 'Add, change, check and remove the places that backups go to',
    load: async () => (await import('./location-commands.js')).completeLocation,
  },
  {
    name: 'backup',
    description: 'Make, list, prove, restore and delete backups',
    load: async () => (await import('./backup-commands.js')).completeBackup,
  },
  {
    name: 'job',
    description: 'Say what is backed up by itself, when and where to, and see how that goes',
    load: async () => (await import('./job-commands.js')).completeJob,
  },
  {
    name: 'restore',
    description: 'Confirm or undo a restore that replaced folders',
    load: async () => (await import('./restore-commands.js')).completeRestore,
  },
  {
    name: 'recover',
    description: 'On a new machine: find the backups at a place, and restore one with the kit',
    load: async () => (await import('./recover-command.js')).completeRecover,
  },
  {
    name: 'retention',
    description: 'See which backups are kept and which go, and why',
    load: async () => (await import('./retention-commands.js')).completeRetention,
  },
  {
    name: 'verification',
    description: 'Read back what is stored, and see when that was last done',
    load: async () => (await import('./verification-commands.js')).completeVerification,
  },
  {
    name: 'file',
    description: 'Read, prove, decrypt and encrypt backup files, without a set-up',
    load: async () => (await import('./file-commands.js')).completeFile,
  },
  {
    name: 'key',
    description: 'See, change and forget encryption keys, and what each opens',
    load: async () => (await import('./key-commands.js')).completeKey,
  },
  {
    name: 'kit',
    description: 'Save and check the emergency kit, which opens backups when this machine is gone',
    load: async () => (await import('./kit-commands.js')).completeKit,
  },
  {
    name: 'provider',
    description: 'Find, install and look after what knows the kinds of places',
    load: async () => (await import('./provider-commands.js')).completeProvider,
  },
  {
    name: 'settings',
    description: 'See and set what backups are made with',
    load: async () => (await import('./settings-commands.js')).completeSettings,
  },
  {
    name: 'service',
    description: 'Run jobs when they are due, until it is stopped',
    load: async () => (await import('./service-command.js')).completeService,
  },
  {
    name: 'status',
    description: 'See whether all is well: last backup, next one, what is where',
    load: async () => (await import('./status-command.js')).completeStatus,
  },
  {
    name: 'issues',
    description: 'See what needs a hand: what could not be stored, and why',
    load: async () => (await import('./issues-commands.js')).completeIssues,
  },
  {
    name: 'notification',
    description: 'Be told what needs a hand: by a command, a webhook, e-mail or a ping',
    load: async () => (await import('./notification-commands.js')).completeNotification,
  },
  {
    name: 'doctor',
    description: 'Check all that backups depend on, and say what to do',
    load: async () => (await import('./doctor-command.js')).completeDoctor,
  },
  {
    name: 'diagnostics',
    description: 'Write what a bug report needs to a file, without secrets',
    load: async () => (await import('./diagnostics-command.js')).completeDiagnostics,
  },
];

/**
 * The command line for these arguments, with all top commands only where none is named, for help and suggestions. Those that the arguments
 * may mean are loaded beyond their names: each file costs a millisecond or two, and `--help` should be there at once.
 */
export async function createProgram(args: readonly string[], version: string): Promise<Command> {
  const program = new Command('holdfast')
    .description('Encrypted backups, proven whole, at the places that you choose.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'Show the help of a command')
    .option(
      '-d, --data-dir <dir>',
      'where configuration and keys are kept (default: HOLDFAST_DATA_DIR, or where this system keeps such data)',
    )
    .option('--provider-folder <dir>', 'also look for provider packages here (repeatable; HOLDFAST_PROVIDER_PATH)', collect)
    .option('--json', 'answer with one JSON document on standard output')
    .option('-q, --quiet', 'no progress, hints or confirmations')
    .option('-y, --yes', 'go ahead where a question would be asked')
    .option('--no-color', 'no colours (also NO_COLOR)')
    .option('--verbose', 'tell what is going on, on standard error')
    .showSuggestionAfterError()
    .exitOverride();
  // Before the commands, which inherit it.
  styleHelp(program, !args.includes('--no-color'));
  const named = firstArgument(args);
  const meant = topCommands.find(({ name }) => name === named);
  for (const { name, description, load } of meant === undefined ? topCommands : [meant]) {
    const command = program.command(name).description(description);
    if (args.includes(name)) (await load())(command, args);
  }
  return withExamples(program, [
    'holdfast setup',
    'holdfast location add local --path /mnt/nas/backups',
    'holdfast backup create ~/documents',
    'holdfast backup list',
  ]);
}
