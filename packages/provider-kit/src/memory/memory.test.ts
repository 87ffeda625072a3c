import { testProvider } from '../vitest.js';
import { memorySubject } from './memory-subject.js';

testProvider(memorySubject(), { isolation: 'inline' });
