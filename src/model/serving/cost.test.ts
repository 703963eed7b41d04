import { expect, test } from 'vitest';
import { joulesOfToken, perHourOfBought, pricePerMillion } from './cost.ts';

test('450 W at 100 tokens/s are 4.5 J', () => expect(joulesOfToken(450, 100)).toBe(4.5));

test('2 $ an hour at 1,000 tokens/s are 0.56 $ a million', () =>
  expect(pricePerMillion(2, 1000)).toBeCloseTo(0.5556, 4));

test('2,000 $ over three years and 450 W at 0.15 $/kWh: 7.6 and 6.8 cents an hour', () => {
  expect(perHourOfBought({ price: 2000, watts: 450 }, { years: 3, pricePerKwh: 0.15 })).toBeCloseTo(0.0761 + 0.0675, 3);
});
