import { describe, expect, test } from 'vitest';
import { answerTo } from '../answer.ts';
import { DEFAULT_QUESTION, OWN, type Question } from '../question.ts';
import { expectationOf } from './expectation.ts';

const expected = (changes: Partial<Question> = {}) => expectationOf(answerTo({ ...DEFAULT_QUESTION, ...changes }));

describe('what a serving engine is expected to reach', () => {
  test('has an interval, what it rests on, and where it goes beyond that', () => {
    expect(expected()).toEqual({
      text: expect.stringMatching(
        /^llama\.cpp is expected to reach 1\d\d tokens\/s; the 95 % interval is 1\d\d to 1\d\d\.$/,
      ),
      evidence: expect.stringMatching(/^From \d+ figures of .* by CUDA.*\.$/),
      warnings: [expect.stringMatching(/^Context 8,192 is longer .*: the interval is wider\.$/)],
    });
    expect(expected({ context: 512 })?.warnings).toEqual([]);
  });

  test('is the speed of each of several readers, below the bound', () => {
    const answer = answerTo({ ...DEFAULT_QUESTION, batch: 4 });
    const [, speed = '', high = ''] =
      /reach (\S+) tokens\/s for each; the 95 % interval is .* to (\S+)\.$/.exec(expectationOf(answer)?.text ?? '') ??
      [];
    expect(Number(speed)).toBeGreaterThan(0);
    expect(Number(high)).toBeGreaterThan(Number(speed));
    expect(Number(high)).toBeLessThanOrEqual(Number(answer.prediction.tokensPerSecondPerUser?.toPrecision(3)));
  });

  test('says that a wider door is nobody’s', () => {
    const wider = expected({ gbps: 2016, context: 512 });
    expect(wider?.warnings).toEqual(['No GPU of this name has this door: its share of the door is taken to stay.']);
  });

  test.each<[Partial<Question>, string]>([
    [{ engine: 'vllm' }, 'No expectation: nothing measured on this kind.'],
    [{ gpu: 'Intel Gaudi 2' }, 'No expectation: nothing measured on this kind.'],
    [{ gpu: OWN, memoryGB: 24, gbps: 1000 }, 'No expectation: the machine is not the GPU of a name.'],
  ])('says why there is none: %j', (changes, text) => {
    expect(expected(changes)).toEqual({ text, evidence: undefined, warnings: [] });
  });

  test('is not asked for by the bound alone, nor where the readers do not fit', () => {
    expect(expected({ engine: 'peak' })).toBeUndefined();
    expect(expected({ batch: 40 })).toBeUndefined();
  });
});
