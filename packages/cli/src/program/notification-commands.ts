import { type Command, Option } from 'commander';
import type { NotificationOptions } from '../commands/notification-settings.js';
import { withExamples } from './command-help.js';
import { collect, wholeNumber } from './option-values.js';
import { perform } from './perform.js';

const named = ['<name>', 'its id or title'] as const;

export function completeNotification(notification: Command): void {
  withExamples(notification, [
    'holdfast notification add email --help',
    'holdfast notification add ping --url-file ping-url.txt',
    'holdfast notification test E-mail',
  ]);
  addAdding(notification.command('add').description('Be told in one more way: by a command, a webhook, e-mail, or a ping after each run'));
  addSeeing(notification);
  addChanging(notification);
}

function addAdding(add: Command): void {
  withExamples(add, [
    'holdfast notification add command -- /usr/local/bin/tell-me --loud',
    'holdfast notification add webhook --url-file -',
  ]);
  addKind(add, 'command', 'A program, which gets the message as JSON on its standard input; no shell', [
    'holdfast notification add command -- notify-send Holdfast',
    'holdfast notification add command --runs failures -- tell-me --loud',
  ]).argument('<command...>', 'the program and its arguments, behind --');
  addKind(add, 'webhook', 'An address that the message is posted to as JSON', [
    'holdfast notification add webhook --url-file url.txt --issues error',
    'holdfast notification add webhook --secret-file signing-secret.txt',
  ]);
  addKind(add, 'email', 'E-mail through a mail server, with TLS', [
    'holdfast notification add email --host mx.a.org --from me@a.org --to b@c.org',
    'holdfast notification add email --user me --host mx.a.org --from me@a.org \\\n      --to b@c.org --to d@e.org --password-file password.txt',
  ]);
  addKind(add, 'ping', 'An address that is asked for after each good run, so that somebody notices when that stops', [
    'holdfast notification add ping --url-file ping-url.txt',
    'holdfast notification add ping --url-file url.txt --start yes --job Photos',
  ]);
}

function addKind(add: Command, type: 'command' | 'webhook' | 'email' | 'ping', description: string, examples: readonly string[]): Command {
  const command = withCommonOptions(add.command(type).description(description));
  if (type === 'command') withCommandOptions(command);
  else if (type === 'email') withEmailOptions(command);
  else withUrlOptions(command, type);
  command.action((...given: unknown[]) => {
    const self = given.at(-1) as Command;
    return perform(self, async (context) =>
      (await import('../commands/notification-change.js')).addNotification(context, type, self.args, self.opts<NotificationOptions>()),
    );
  });
  return withExamples(command, examples);
}

function addSeeing(notification: Command): void {
  const list = notification
    .command('list')
    .description('List the ways in which somebody is told, and whether what is told arrives')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/notification-list.js')).listNotifications(context)),
    );
  withExamples(list, ['holdfast notification list', 'holdfast notification list --json']);

  const show = notification
    .command('show')
    .description('Show all of one but its secrets')
    .argument(...named)
    .action((name: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/notification-list.js')).showNotification(context, name)),
    );
  withExamples(show, ['holdfast notification show E-mail']);

  const test = notification
    .command('test')
    .description('Send a message that says it is a test, now')
    .argument(...named)
    .action((name: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/notification-list.js')).testNotification(context, name)),
    );
  withExamples(test, ['holdfast notification test E-mail']);
}

function addChanging(notification: Command): void {
  const change = withCommonOptions(
    notification
      .command('change')
      .description('Change what is given, and leave the rest')
      .argument(...named)
      .argument('[words...]', 'another program and its arguments, behind --')
      .option('--enable', 'tell by it again')
      .option('--disable', 'tell nothing by it until it is enabled')
      .option('--all-jobs', 'tell of all jobs again'),
  );
  withEmailOptions(withCommandOptions(withUrlOptions(change, undefined)));
  change.action((name: string, words: readonly string[], options: NotificationOptions, command: Command) =>
    perform(command, async (context) =>
      (await import('../commands/notification-change.js')).changeNotification(context, name, words, options),
    ),
  );
  withExamples(change, ['holdfast notification change E-mail --runs failures', 'holdfast notification change Ping --url-file url.txt']);

  const remove = notification
    .command('remove')
    .description('Tell nothing more by it, and forget its secrets, after asking')
    .argument(...named)
    .action((name: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/notification-change.js')).removeNotification(context, name)),
    );
  withExamples(remove, ['holdfast notification remove E-mail']);
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--title <title>', 'what to call it (default: after its kind)')
    .addOption(new Option('--issues <severity>', 'issues from this on (default: warning)').choices(['warning', 'error', 'none']))
    .addOption(new Option('--resolved <when>', 'whether also what is solved is told (default: yes)').choices(['yes', 'no']))
    .addOption(new Option('--runs <which>', 'how jobs ran (default: none)').choices(['all', 'failures', 'none']))
    .option('--job <job>', 'only of this job, id or title (repeatable)', collect)
    .addOption(new Option('--details <what>', 'whether messages may name files and folders (default: no)').choices(['yes', 'no']));
}

function withCommandOptions(command: Command): Command {
  return command.option('--time-limit <seconds>', 'after which it is stopped (default: 30)', wholeNumber(1, 600));
}

function withUrlOptions(command: Command, type: 'webhook' | 'ping' | undefined): Command {
  command.option('--url-file <file>', 'its URL is on the first line, `-` for standard input (or HOLDFAST_NOTIFICATION_URL)');
  if (type !== 'ping') command.option('--secret-file <file>', 'what messages are signed with, on the first line');
  if (type !== 'webhook') {
    command
      .addOption(new Option('--method <method>', 'how it is asked for (default: POST)').choices(['GET', 'POST']))
      .addOption(new Option('--start <when>', 'also ask for URL/start when a run begins (default: no)').choices(['yes', 'no']))
      .addOption(new Option('--fail <when>', 'ask for URL/fail after a run that is not complete (default: yes)').choices(['yes', 'no']));
  }
  return withNetworkOptions(command);
}

function withEmailOptions(command: Command): Command {
  command
    .option('--host <host>', 'the mail server')
    .option('--port <port>', 'its port (default: 587, 465 with tls, 25 with none)', wholeNumber(1, 65_535))
    .addOption(new Option('--security <kind>', 'default: starttls').choices(['starttls', 'tls', 'none']))
    .option('--user <name>', 'who logs in')
    .option('--password-file <file>', 'its password is on the first line, `-` for standard input (or HOLDFAST_NOTIFICATION_PASSWORD)')
    .option('--from <address>', 'who writes')
    .option('--to <address>', 'who is written to (repeatable)', collect);
  return command.options.some(({ long }) => long === '--plain') ? command : withNetworkOptions(command);
}

function withNetworkOptions(command: Command): Command {
  return command
    .option('--ca-file <file>', 'certificates (PEM) that are trusted beside those of the system')
    .addOption(new Option('--plain <when>', 'whether it may go without TLS to another machine (default: no)').choices(['yes', 'no']));
}
