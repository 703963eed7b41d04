// One element per thread. The statement is the kernel's.

override WORKGROUP_SIZE: u32;
override ELEMENTS: u32;

fn main(at: u32) {
  if (at < ELEMENTS) {
    //@ statement
  }
}
