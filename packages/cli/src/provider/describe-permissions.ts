import type { Permissions, Provenance } from '@holdfast/core';

/** What a package may reach, in plain words: a line for each kind of thing. */
export function permissionFields({ network, filesystem }: Permissions): [label: string, value: string][] {
  return [
    ['network', network.length === 0 ? 'nothing' : network.map((host) => (host === '*' ? 'any host' : host)).join(', ')],
    [
      'files',
      filesystem === 'config'
        ? 'the folders that the settings of its locations name, and one of its own'
        : 'none but a folder of its own for notes',
    ],
  ];
}

export function asksForNothing({ network, filesystem }: Permissions): boolean {
  return network.length === 0 && filesystem === 'none';
}

/** Where a package was built, as far as that is proven. */
export function describeProvenance({ state, repository, commit, reason }: Provenance): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  switch (state) {
    case 'verified':
      return `proven: built from ${repository ?? 'a repository'}${commit === undefined ? '' : ` at ${commit.slice(0, 12)}`}`;
    case 'absent':
      return 'not proven: the registry has no attestation of what it was built from';
    case 'invalid':
      return `INVALID: its attestation does not hold${why}`;
    case 'unknown':
      return `not known: its attestation could not be checked${why}`;
  }
}
