import { testProvider } from '@holdfast/provider-kit/vitest';
import { localSubject } from './conformance.fixture.js';

// As its users have it: built, in a process of its own. The package's own tests try its sources directly.
testProvider(localSubject, { isolation: 'process' });
