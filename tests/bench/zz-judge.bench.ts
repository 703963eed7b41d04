import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'vitest';
import type { RunRecord } from '../../results/schema.ts';
import { RULES, judge } from '../../src/crowd/checks/index.ts';
import { checkRecord } from '../../results/check.ts';
const dirs = (process.env.DIRS ?? '/tmp/w/chk,/tmp/w/chkreal,results/data').split(',');
const files = dirs.flatMap((d) => readdirSync(d).filter((f) => f.endsWith('.json')).map((f) => `${d}/${f}`));
test('judge', () => {
  let n = 0, flagged = 0, ms = 0; const by = new Map<string, number>(); const ex = new Map<string, string[]>();
  for (const f of files) {
    const raw = JSON.parse(readFileSync(f, 'utf8'));
    const c = checkRecord(raw);
    if (!c.ok) { console.log(f, c.problems[0]?.rule.slice(0, 100)); continue; }
    n++;
    const t = performance.now();
    const { reasons } = judge(c.record, Date.parse(c.record.created) + 1000);
    ms += performance.now() - t;
    const odd = reasons.filter((x) => x.rule !== 'unpublished-build');
    if (odd.length) flagged++;
    for (const o of odd) { by.set(o.rule, (by.get(o.rule) ?? 0) + 1); const e = ex.get(o.rule) ?? []; if (e.length < 4) e.push(`${f} ${o.text.slice(0, 160)}`); ex.set(o.rule, e); }
  }
  console.log(n, 'honest; flagged', flagged, 'ms each', ms / n, RULES.length, JSON.stringify([...by]));
  for (const [k, e] of ex) console.log(k, e);
});
