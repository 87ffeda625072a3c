import { expect, test } from 'vitest';
import { afterFailure, afterSent, type Box, dueNews, emptyBox, messagesAnHour, put } from './box.js';
import type { News, NewsKind } from './news.js';

const minute = 60_000;
const start = Date.parse('2026-03-01T05:00:00Z');
const at = (minutes: number) => new Date(start + minutes * minute);

let count = 0;
function news(kind: NewsKind, subject = 'too-large:b2-1', minutes = 0): News {
  return { id: `n${(count += 1)}`, kind, at: at(minutes).toISOString(), subject, severity: 'error', title: subject, text: '', data: {} };
}

const options = { resolved: true, ping: false };
const kinds = (box: Box, now: Date) => dueNews(box, now).map(({ kind }) => kind);
const sent = (box: Box, now: Date) => afterSent(box, dueNews(box, now), now, true);

test('an issue that came and went before anybody was told is not told', () => {
  const raised = put(emptyBox, news('issue-raised'), options, at(0));
  expect(kinds(raised, at(0))).toEqual(['issue-raised']);
  expect(kinds(put(raised, news('issue-resolved'), options, at(1)), at(1))).toEqual([]);
});

test('an issue that comes and goes is told once an hour, and how it stands in the end is always told', () => {
  let box = sent(put(emptyBox, news('issue-raised'), options, at(0)), at(0));
  box = sent(put(box, news('issue-resolved'), options, at(5)), at(5));
  box = put(box, news('issue-raised'), options, at(10));
  expect(kinds(box, at(10))).toEqual([]);
  expect(kinds(box, at(66))).toEqual(['issue-raised']);
  // Solved and raised again, while nobody had heard that it was solved.
  box = put(sent(box, at(66)), news('issue-resolved'), options, at(70));
  expect(kinds(put(box, news('issue-raised'), options, at(71)), at(71))).toEqual([]);
});

test('that an issue is solved is told to who heard of it, and only if they want that', () => {
  expect(kinds(put(emptyBox, news('issue-resolved'), options, at(0)), at(0))).toEqual([]);
  const told = sent(put(emptyBox, news('issue-raised'), options, at(0)), at(0));
  expect(kinds(put(told, news('issue-resolved'), options, at(1)), at(1))).toEqual(['issue-resolved']);
  const quiet = put(told, news('issue-resolved'), { ...options, resolved: false }, at(1));
  expect(kinds(quiet, at(1))).toEqual([]);
  expect(kinds(put(quiet, news('issue-raised'), options, at(120)), at(120))).toEqual(['issue-raised']);
});

test('after many messages within an hour the rest waits, and goes out together', () => {
  let box = emptyBox;
  for (let minutes = 0; minutes < messagesAnHour + 5; minutes += 1) {
    box = put(box, news('run-ended', 'job', minutes), options, at(minutes));
    box = dueNews(box, at(minutes)).length === 0 ? box : sent(box, at(minutes));
  }
  expect([box.recent.length, box.news.length]).toEqual([messagesAnHour, 5]);
  expect(dueNews(box, at(59))).toEqual([]);
  expect(dueNews(box, at(60)).length).toBe(5);
});

test('what fails is tried again later and later, then given up after three days, and counted', () => {
  let box = put(emptyBox, news('run-ended', 'job'), options, at(0));
  const waits: number[] = [];
  for (let minutes = 0; box.news.length > 0; ) {
    box = afterFailure(box, 'no', at(minutes));
    const wait = (Date.parse(box.nextAttempt ?? '') - at(minutes).getTime()) / minute;
    expect(dueNews(box, at(minutes + wait - 1))).toEqual([]);
    waits.push(wait);
    minutes += wait;
  }
  expect(waits.slice(0, 7)).toEqual([1, 5, 15, 60, 240, 240, 240]);
  expect(box).toMatchObject({ lost: 1, error: { message: 'no' } });
});

test('a clock that was far ahead when something failed does not silence it until then', () => {
  const ahead = new Date(start + 400 * 24 * 60 * minute);
  const box = afterFailure(put(emptyBox, news('run-ended', 'job'), options, at(0)), 'no', ahead);
  expect(kinds(put(box, news('run-ended', 'job'), options, at(0)), at(0))).toEqual(['run-ended']);
});

test('the box is bounded, and what is oldest goes first', () => {
  let box = emptyBox;
  for (let number = 0; number < 250; number += 1) box = put(box, news('run-ended', `job ${number}`), options, at(0));
  expect([box.news.length, box.news[0]?.subject, box.lost]).toEqual([200, 'job 50', 50]);
});

test('a ping tells only how each job stands now', () => {
  const ping = { ...options, ping: true };
  let box = put(emptyBox, news('run-started', 'a'), ping, at(0));
  box = put(put(box, news('run-ended', 'a'), ping, at(1)), news('run-ended', 'b'), ping, at(2));
  expect(dueNews(box, at(2)).map(({ kind, subject }) => [kind, subject])).toEqual([
    ['run-ended', 'a'],
    ['run-ended', 'b'],
  ]);
});
