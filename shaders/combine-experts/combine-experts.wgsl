// What the experts of a token made of it, by their shares, on top of what shared experts made of it, if there are any. A
// thread to four columns of a token.

override WORKGROUP_SIZE: u32;
override THREADS: u32;
override VECTORS: u32;
override ACTIVE: u32;

fn main(thread: u32) {
  if (thread >= THREADS) { return; }
  let token = thread / VECTORS;
  let vector = thread % VECTORS;
  var sum = /*@ shared */;
  //#unroll A < ACTIVE
  sum = fma(vec4<f32>(shares[token * ACTIVE + A]), parts[(token * ACTIVE + A) * VECTORS + vector], sum);
  //#end
  y[thread] = sum;
}
