// Adds up the outputs of a token's experts, weighted by their shares, and the output of its shared experts if there
// are any. One thread per four columns of a token.

override WORKGROUP_SIZE: u32;
override THREADS: u32;
override VECTORS: u32;
override ACTIVE: u32;

fn main(thread: u32) {
  if (thread >= THREADS) { return; }
  let token = thread / VECTORS;
  let vector = thread % VECTORS;
  var sum = /*@ start */;
  //#unroll A < ACTIVE
  sum = fma(vec4<f32>(shares[token * ACTIVE + A]), parts[(token * ACTIVE + A) * VECTORS + vector], sum);
  //#end
  y[thread] = sum;
}
