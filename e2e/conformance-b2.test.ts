import { testProvider } from '@holdfast/provider-kit/vitest';
import { b2Subject } from './conformance.fixture.js';

// As its users have it: built, in a process of its own. The package's own tests try its sources directly.
testProvider(b2Subject, { isolation: 'process' });
