/** What a provider's process may know of the host's environment. All else, such as keys of cloud services, stays here. */
const always = ['PATH', 'LANG', 'LANGUAGE', 'TZ'];
/** How to reach the network from here: certificates and proxies. A proxy's address may hold a password, so only who needs it gets it. */
const forNetwork = [
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'NODE_USE_ENV_PROXY',
];
/** Without these, processes on Windows can't even open a socket. */
const onWindows = ['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'PATHEXT', 'COMSPEC', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE'];

export interface EnvironmentOptions {
  /** The host's. */
  readonly from: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Stands for the home folder and for temporary files. */
  readonly stateFolder: string;
  /** Whether the package asks for the network. */
  readonly network: boolean;
}

/** The environment of a provider's process: a list of what is allowed, so that what somebody adds to the host's is not. */
export function providerEnvironment({ from, platform, stateFolder, network }: EnvironmentOptions): Record<string, string> {
  const allowed = new Set([...always, ...(network ? forNetwork : []), ...(platform === 'win32' ? onWindows : [])]);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) {
    // Proxies are also written in small letters, and on Windows case does not count at all.
    const known = allowed.has(platform === 'win32' || name.toLowerCase().endsWith('_proxy') ? name.toUpperCase() : name);
    if (value !== undefined && (known || /^LC_[A-Z]+$/.test(name))) environment[name] = value;
  }
  const own = platform === 'win32' ? ['USERPROFILE', 'TEMP', 'TMP'] : ['HOME', 'TMPDIR'];
  for (const name of own) environment[name] = stateFolder;
  return environment;
}
