/** What tokens cost, in energy and in money, on a machine that makes them without a pause. */

/**
 * Joules of a token: W / X. At a bound of X these are the least, and at the power that a card may take at most they are the
 * most: of both, only what a token takes at least at that power.
 */
export const joulesOfToken = (watts: number, tokensPerSecond: number): number => watts / tokensPerSecond;

/** The price of a million tokens, for a machine that costs `perHour`. */
export const pricePerMillion = (perHour: number, tokensPerSecond: number): number =>
  (perHour / 3600 / tokensPerSecond) * 1e6;

const HOURS_PER_YEAR = 8766;

/** The cost of an hour of a machine that was bought: its price over `years`, and its power at a price of a kWh. */
export const perHourOfBought = (
  { price, watts }: { readonly price: number; readonly watts: number },
  { years, pricePerKwh }: { readonly years: number; readonly pricePerKwh: number },
): number => price / (years * HOURS_PER_YEAR) + (watts / 1000) * pricePerKwh;
