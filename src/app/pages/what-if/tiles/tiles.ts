/** Single figures: what a little more bandwidth or memory buys, and the least energy of a token. */

import { significant } from '../../../../../results/text/figures.ts';
import type { Answer } from '../answer.ts';
import { readersText } from '../words.ts';

export interface Tile {
  readonly id: 'bandwidth' | 'memory' | 'energy';
  readonly title: string;
  readonly figure: string;
  readonly note: string;
}

/** The growth that the tiles speak of: small enough for an elasticity to be right. */
const GROWTH = 0.1;

export function tilesOf({ elasticities, energies, question }: Answer): Tile[] {
  const growth = (elasticity: number | undefined): string =>
    elasticity === undefined ? significant(Number.NaN) : `+${significant(100 * GROWTH * elasticity)} %`;
  const symbol = (name: string, elasticity: number | undefined): string =>
    elasticity === undefined
      ? 'Not even one reader fits.'
      : `tokens/s of a full cabin; the elasticity ${name} is ${significant(elasticity)}.`;
  const [least, ...others] = energies;
  return [
    {
      id: 'bandwidth',
      title: '10 % more bandwidth',
      figure: growth(elasticities?.bandwidth),
      note: symbol('ε_BW', elasticities?.bandwidth),
    },
    {
      id: 'memory',
      title: '10 % more memory',
      figure: growth(elasticities?.memory),
      note: symbol('ε_M', elasticities?.memory),
    },
    {
      id: 'energy',
      title: 'Energy of a token, at least',
      figure: `${significant(least?.joules ?? Number.NaN)} J`,
      note: `to read its bytes from ${least?.memory.memory ?? ''}, with ${readersText(question.batch)}; ${others
        .map(({ memory, joules }) => `${significant(joules)} J from ${memory.memory}`)
        .join(', ')}. Arithmetic and cooling come on top.`,
    },
  ];
}
