import { expect, test } from 'vitest';
import type { FaultRule } from './fault.js';
import { createFaultPlan } from './fault-plan.js';

const [a, b] = [{ status: 500 }, { status: 503 }];

/** The status that each of the requests gets. */
function statuses(rules: readonly FaultRule[], requests: readonly string[]): (number | undefined)[] {
  const plan = createFaultPlan(rules, 'http');
  return requests.map((line) => {
    const [method = '', path = ''] = line.split(' ');
    const fault = plan.faultFor(method, path);
    return typeof fault === 'object' && 'status' in fault ? fault.status : undefined;
  });
}

const gets = (count: number) => Array.from({ length: count }, () => 'GET /x');

test.each<[string, FaultRule[], string[], (number | undefined)[]]>([
  ['all', [{ fault: a }], gets(3), [500, 500, 500]],
  ['the nth', [{ match: { nth: 2 }, fault: a }], gets(3), [undefined, 500, undefined]],
  ['the first ones', [{ match: { times: 2 }, fault: a }], gets(3), [500, 500, undefined]],
  ['some from the nth', [{ match: { nth: 2, times: 2 }, fault: a }], gets(4), [undefined, 500, 500, undefined]],
  [
    'one rule after the other',
    [
      { match: { times: 1 }, fault: a },
      { match: { times: 2 }, fault: b },
    ],
    gets(4),
    [500, 503, 503, undefined],
  ],
  ['a method', [{ match: { method: 'put', nth: 2 }, fault: a }], ['PUT /', 'GET /', 'PUT /'], [undefined, undefined, 500]],
  ['a path', [{ match: { path: /^\/x\?y/g }, fault: a }], ['GET /x?y', 'GET /x?y', 'GET /x'], [500, 500, undefined]],
])('takes %s', (_, rules, requests, expected) => {
  expect(statuses(rules, requests)).toEqual(expected);
});

test.each<[string, FaultRule]>([
  ['counts from 1', { match: { nth: 0 }, fault: 'refuse' }],
  ['counts from 1', { match: { times: 1.5 }, fault: 'refuse' }],
  ['bytes as stall', { fault: { stall: -1 } }],
  ['bytes per second', { fault: { drip: 0 } }],
  ['status from 200', { fault: { status: 100 } }],
])('refuses a rule that makes no sense: %s', (message, rule) => {
  expect(() => createFaultPlan([rule], 'http')).toThrow(message);
});

test.each<[string, FaultRule]>([
  ['no path', { match: { path: /x/ }, fault: 'refuse' }],
  ['HTTP', { fault: { lostAnswer: true } }],
  ['HTTP', { fault: { status: 503 } }],
])('refuses a rule that needs HTTP where there is none: %s', (message, rule) => {
  expect(() => createFaultPlan([rule], 'tcp')).toThrow(message);
});
