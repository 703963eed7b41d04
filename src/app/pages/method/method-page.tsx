/** How HBMark measures, in plain words: docs/method.md has the details, and the results of more checks. */

import '../../shell/styles/prose.css';
import type { ComponentChildren } from 'preact';
import { AddressCard } from '../../shell/address/address-card.tsx';
import { problemsOf } from '../../shell/address/no-parameters.ts';
import { routeUrl } from '../../shell/routes.ts';
import { Shell } from '../../shell/shell.tsx';
import { QUOTES } from './calibration.ts';
import { CalibrationTable } from './calibration-table.tsx';

export function MethodPage() {
  return (
    <Shell route="method">
      <main id="content" class="prose">
        <AddressCard problems={problemsOf(location.search)} />
        <h1>How does HBMark measure, and how far can I trust it?</h1>
        <p class="summary">
          To write one more word, a language model has to read all of its weights out of the GPU’s memory. So the speed
          of memory decides how fast it writes. HBMark measures both: the memory, and the writing.
        </p>
        <Figures />
        <Times />
        <Memory />
        <Right />
        <Sure />
        <Checked />
        <h2>What it does not tell</h2>
        <ul>
          <li>
            How fast your program for language models is. HBMark measures what the GPU can do through the browser; a
            program may be slower, or use ways into the GPU that a browser has not.
          </li>
          <li>How fast a prompt is read. Reading a prompt is limited by arithmetic, and is not measured here.</li>
          <li>
            Whether a model is good. Its weights are random numbers here: nothing is downloaded, and nothing sensible
            would come out.
          </li>
        </ul>
        <p>
          Where something went wrong or cannot be known, the result carries a label with the reason. What a record holds
          is listed under <a href={routeUrl('privacy')}>Privacy</a>.
        </p>
      </main>
    </Shell>
  );
}

function Figures() {
  return (
    <>
      <h2>What the figures are</h2>
      <dl>
        <dt>Speed of memory, GB/s</dt>
        <dd>
          How many bytes the GPU reads in a second, beyond what it costs to start a read. 1&nbsp;GB is 10⁹ bytes. Reads
          of three sizes tell the two apart:
        </dd>
      </dl>
      <Formula>T = a + bytes ÷ β</Formula>
      <dl>
        <dt>Tokens a second, at most</dt>
        <dd>
          What the weights alone allow: each matrix of the model once, at T&nbsp;= a&nbsp;+&nbsp;bytes&nbsp;÷&nbsp;β.
          Reading the conversation so far comes on top, so a model writes more slowly than this. It is computed, not
          measured.
        </dd>
        <dt>Tokens a second, measured</dt>
        <dd>
          Every program of a step of a whole model, token after token. A <em>token</em> is a word or a part of one. Of{' '}
          <i>B</i> readers who share a step that takes T, each gets
        </dd>
      </dl>
      <Formula>v = 1 ÷ T tokens a second, and all together X = B ÷ T</Formula>
      <dl>
        <dt>The law of a machine</dt>
        <dd>What the times of many steps follow, where memory is what binds:</dd>
      </dl>
      <Formula>
        T = a + n · t<sub>d</sub> + b · B + W<sub>r</sub> ÷ β<sub>w</sub> + ρ · c · B ÷ β<sub>kv</sub>
      </Formula>
      <p class="note">
        n: programs in a step, each of which costs t<sub>d</sub> to start. b: what each reader costs. W<sub>r</sub>:
        bytes of weights that a step reads. c: bytes of conversation (KV cache) of a reader, of which the part ρ is
        read. β<sub>w</sub>, β<sub>kv</sub>: the speed of either. A run that cannot tell one of these says so. Try it
        under <a href={routeUrl('what-if')}>What if</a>.
      </p>
    </>
  );
}

function Times() {
  return (
    <>
      <h2>How a time is taken</h2>
      <p>
        Handing work to a GPU and hearing that it is done take time that has nothing to do with the work. So each round
        runs the same work several times in a row, in four lengths and in random order, and draws a line through the
        times. The slope of the line is the time of the work itself; what handing it over costs falls out. The figure is
        the mean of the rounds’ slopes.
      </p>
      <p>
        Two clocks are compared at the beginning: the GPU’s own, and the computer’s. The GPU’s counts where both agree
        to within 10 %, since some browsers report times that cannot be. The result says which one counted. Before each
        time, the GPU works for 20 ms or more untimed, so that it is awake.
      </p>
    </>
  );
}

function Memory() {
  return (
    <>
      <h2>From memory, not from a cache</h2>
      <p>
        A GPU keeps what it read last in small, fast caches, and a benchmark that reads the same bytes again measures
        those. HBMark fills memory with random numbers and reads through much of it in turn. Each run looks for the
        caches: it reads sets of growing size, and sees where the speed falls. Only where at least four times the
        largest cache lies between two reads of a byte is a figure called one of memory.
      </p>
      <p>
        Some caches keep a part of everything, which no statistics can show. So half of the memory is read as well. If
        the whole, R bytes, is read at the rate g(R) and a part S at g(S), then memory alone is no slower than g:
      </p>
      <Formula>1 ÷ g ≤ 1 ÷ g(R) + S ÷ (R − S) · (1 ÷ g(R) − 1 ÷ g(S))</Formula>
      <p>
        The result says <em>down to</em> that rate, wherever it lies more than 0.5 % below.
      </p>
    </>
  );
}

function Right() {
  return (
    <>
      <h2>Right before fast</h2>
      <p>
        A program that computes something wrong can be as fast as it likes. Each is first run on awkward sizes, and
        every number that comes out is compared with one that the processor computed in double precision. While it is
        timed, some of its results are compared again after every visit. Wrong results are shown as wrong, without a
        speed.
      </p>
    </>
  );
}

function Sure() {
  return (
    <>
      <h2>How sure a figure is</h2>
      <p>
        The small print beside a figure is its 95 % interval: the range that holds the truth in 95 of 100 cases. It
        comes from how the rounds scatter, by Student’s t, about their common drift. It knows this run alone: the next
        one gets other places in memory, another clock speed, another heat.
      </p>
      <p>
        Three runs and more, of the same machine and the same browser, show that as well. Of N runs with the standard
        deviation s, the interval of their mean is
      </p>
      <Formula>mean ± t · s ÷ √N · √(N ÷ (N − 1))</Formula>
      <p>
        <a href={routeUrl('history')}>History</a> shows it, and by how much one run’s own interval is too narrow here.{' '}
        <a href={routeUrl('compare')}>Compare</a> shows how many times as fast one run is as another: the ratio θ of the
        two rates, which is the ratio of the times t<sub>B</sub> and t<sub>A</sub>. Its interval holds all θ for which,
        with the half-widths h of the times’ intervals,
      </p>
      <Formula>
        (t<sub>B</sub> − θ · t<sub>A</sub>)² ≤ h<sub>B</sub>² + θ² · h<sub>A</sub>²
      </Formula>
      <p class="note">
        E. C. Fieller, “Some Problems in Interval Estimation”, Journal of the Royal Statistical Society B 16(2), 1954.
        The errors of two runs are taken to be independent.
      </p>
    </>
  );
}

function Checked() {
  return (
    <>
      <h2>Do the intervals keep their word?</h2>
      <p>
        On a real GPU nobody knows the truth. So the same code measured thousands of <strong>simulated</strong> devices,
        whose truth is known, and it was counted how often an interval holds it. 95 % is right.
      </p>
      <Quote>{`${QUOTES.pooled}.`}</Quote>
      <CalibrationTable />
      <p>
        Whole runs were simulated as well, on 2,034 machines with the troubles of real ones, alone and in pairs: clocks
        that lie, caches that cling, memory that is paged out in silence.
      </p>
      <Quote>{QUOTES.troubles}</Quote>
      <p>And runs that differ from each other, as those of real machines do:</p>
      <Quote>{`${QUOTES.between}.`}</Quote>
      <p>A simulation has the troubles that somebody thought of. What real machines do beyond that, it cannot show.</p>
    </>
  );
}

function Formula({ children }: { children: ComponentChildren }) {
  return <p class="formula">{children}</p>;
}

/** Words of the documentation, with each number beside its sign. */
function Quote({ children }: { children: string }) {
  return <blockquote>{children.replaceAll(' %', '\u00a0%')}</blockquote>;
}
