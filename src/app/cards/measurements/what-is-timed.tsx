/** What the rows of a table of cases are, for whoever meets the names of kernels for the first time. */
export const WhatIsTimed = () => (
  <p class="lead">
    Each row is a program that was timed on the GPU. <em>stream-read</em> reads memory and does no more; <em>gemv</em>{' '}
    multiplies a model’s matrix by a vector, as each word needs it; f32, f16 and the like are how its numbers are
    written.
  </p>
);
