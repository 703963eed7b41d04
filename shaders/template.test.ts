import { expect, test } from 'vitest';
import { fillIn } from './template.ts';

test('line comments and block comments are filled in by name, as often as they occur', () => {
  const wgsl = 'let a = /*@ first value */ + /*@ first value */;\n  //@ the rest\n// @ no placeholder';
  expect(fillIn(wgsl, { 'first value': 'x', 'the rest': 'let b = $& + a;' })).toBe(
    'let a = x + x;\n  let b = $& + a;\n// @ no placeholder',
  );
});

test('a placeholder that is missing from the file is refused, and so is one that is left unfilled', () => {
  expect(() => fillIn('//@ here', { here: '', there: '' })).toThrow('there is none for "there"');
  expect(() => fillIn('//@ here\n/*@ there */', { here: '' })).toThrow('got no "there" for /*@ there */');
});
