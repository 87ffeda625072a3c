import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../packages/cli/bin/holdfast.js', import.meta.url));

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Given {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Gets the process, for signals. */
  readonly onStart?: (child: ChildProcess) => void;
}

interface Backup {
  readonly id: string;
  readonly name: string;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>> & { readonly fields?: readonly { readonly field: string }[] };
  readonly fields?: readonly { readonly field: string; readonly message: string }[];
}

/** What the tests look at in a command's document; a command has some of it. */
interface Document {
  readonly error: Failure;
  readonly backup: Backup;
  readonly backups: readonly Backup[];
  readonly next?: string;
  readonly files: readonly { readonly path: string }[];
  readonly verified: readonly { readonly id: string; readonly ok: boolean; readonly location: string; readonly error?: Failure }[];
  readonly restored: { readonly files: number; readonly entries: readonly unknown[] };
  readonly locations: readonly { readonly title: string; readonly state: string }[];
  readonly key: string;
  readonly keyFingerprint: string;
  readonly textPath: string;
}

/** The built command line with a folder and a data directory of its own. */
export interface CommandLine extends AsyncDisposable {
  readonly root: string;
  readonly dataDir: string;
  /** What its commands run in, for who starts them in another way. */
  readonly environment: NodeJS.ProcessEnv;
  /** Runs a command in the folder, as a script would: without a terminal. */
  run(args: readonly string[], given?: Given): Promise<Answer>;
  /** The same with `--json`. */
  json(
    args: readonly string[],
    given?: Given,
  ): Promise<{ readonly code: number | null; readonly document: Document; readonly err: string }>;
}

export async function createCommandLine(): Promise<CommandLine> {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
  const dataDir = join(root, 'data');
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOLDFAST_|NO_COLOR|FORCE_COLOR)/.test(name)));
  // Never a developer's own keyring.
  const environment = { ...inherited, HOLDFAST_DATA_DIR: dataDir, HOLDFAST_SECRETS: 'file' };

  function run(args: readonly string[], { stdin = '', env = {}, onStart }: Given = {}): Promise<Answer> {
    const child = spawn(process.execPath, [bin, ...args], { cwd: root, env: { ...environment, ...env } });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    // A command that reads nothing may be gone before it is written to.
    child.stdin.on('error', () => {}).end(stdin);
    onStart?.(child);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, out, err }));
    });
  }

  return {
    root,
    dataDir,
    environment,
    run,
    async json(args, given) {
      const { code, out, err } = await run([...args, '--json'], given);
      return { code, document: JSON.parse(out) as Document, err };
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
}
