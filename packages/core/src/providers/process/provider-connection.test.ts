import { describeRuntime } from '../runtime-contract.fixture.js';
import { createConnectedRuntime } from './connection.fixture.js';

describeRuntime('a provider in a process', createConnectedRuntime);
