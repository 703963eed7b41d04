/** Addresses of pages about kept runs. */

import { comparisonQuery } from '../compare/address.ts';
import { queryOf } from '../result-page/address.ts';
import { routeUrl } from '../shell/routes.ts';

export const resultUrl = (key: string): string => new URL(queryOf(key), routeUrl('result')).href;

export const compareUrl = (keys: readonly string[]): string => new URL(comparisonQuery(keys), routeUrl('compare')).href;
