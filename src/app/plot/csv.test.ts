import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test('a table is lines of cells, quoted where they must be', () => {
  const table = {
    head: ['machine', 'tokens/s'],
    rows: [
      ['now', '1,540'],
      ['the "best"', '190'],
    ],
  };
  expect(csvOf(table)).toBe('machine,tokens/s\r\nnow,"1,540"\r\n"the ""best""",190\r\n');
});
