import { expect, test } from 'vitest';
import { withFirst } from './vite.pages.ts';

const PAGE = `<head>
    <script type="module" crossorigin src="../assets/index-a.js"></script>
    <link rel="modulepreload" crossorigin href="../assets/shell-b.js">
    <link rel="modulepreload" crossorigin href="../assets/first-c.js">
  </head>`;

test('the first script of a page stands before its own, once, and waits for nothing', () => {
  expect(withFirst(PAGE)).toBe(`<head>
    <script type="module" async crossorigin src="../assets/first-c.js"></script>
    <script type="module" crossorigin src="../assets/index-a.js"></script>
    <link rel="modulepreload" crossorigin href="../assets/shell-b.js">
  </head>`);
});

test('a page without one stays as it is', () => {
  const without = PAGE.replace(/.*first.*\n/, '');
  expect(withFirst(without)).toBe(without);
});

test('a link that Vite writes otherwise ends the build', () => {
  expect(() => withFirst(PAGE.replaceAll(' crossorigin', ''))).toThrow(/^mend FIRST/);
});
