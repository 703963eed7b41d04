/** Addresses of pages about kept runs. */

import { comparisonQuery } from '../pages/compare/address.ts';
import { queryOf } from '../pages/result/address.ts';
import { routeUrl } from '../shell/routes.ts';

export const resultUrl = (key: string): string => new URL(queryOf(key), routeUrl('result')).href;

export const compareUrl = (keys: readonly string[]): string => new URL(comparisonQuery(keys), routeUrl('compare')).href;
