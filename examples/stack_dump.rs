//! A stack dump: what functions leave behind on the stack that they ran on.
//!
//! ```text
//! cargo run --example stack_dump
//! ```
//!
//! Three calls, one inside the other, each with a local that is easy to recognise. Afterwards the
//! memory is read from the top down. Look for the three numbers, each in the frame of its call; for
//! the addresses in the program, which are where each call was to return to; and for the addresses
//! in the stack itself, which are frame pointers and references to locals. A fiber that is
//! suspended is nothing but this, with a note of where it ends.

#[cfg(target_arch = "x86_64")]
#[path = "stack_swap.rs"]
#[allow(dead_code, reason = "its `main` is for that example alone")]
mod stack_swap;

#[cfg(target_arch = "x86_64")]
fn main() {
    use std::hint::black_box;

    use stack_swap::swap;

    #[inline(never)]
    fn call(depth: u64) {
        let local = 0x1111_1111_1111_1111 * depth;
        black_box(&local);
        if depth < 3 {
            call(depth + 1);
            // After the call there is something left to do, so that it needs a frame of its own.
            black_box(&local);
        }
    }

    extern "C" fn three_calls() {
        call(1);
    }

    let mut stack = swap::stack(16 * 1024);
    swap::call_on(&mut stack, three_calls);

    let bounds = stack.as_ptr_range();
    let (bottom, top) = (bounds.start.addr(), bounds.end.addr());
    // A program is smaller than this, and neither a stack nor the heap are as close to it.
    let program =
        (main as fn() as usize).saturating_sub(16 << 20)..(main as fn() as usize) + (16 << 20);
    let words = stack
        .iter()
        .flat_map(|pair| [*pair as u64, (*pair >> 64) as u64]);
    let words: Vec<_> = words.enumerate().collect();
    println!("bytes below the top");
    for (index, word) in words.into_iter().rev().filter(|(_, word)| *word != 0) {
        let meaning = match word {
            0x1111_1111_1111_1111 => "the local of the first call",
            0x2222_2222_2222_2222 => "the local of the second call",
            0x3333_3333_3333_3333 => "the local of the third call",
            address if (bottom..=top).contains(&(address as usize)) => "an address in this stack",
            address if program.contains(&(address as usize)) => "an address in the program",
            _ => "something else",
        };
        println!("{:>6}  {word:#018x}  {meaning}", top - (bottom + 8 * index));
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("this example has assembly for x86-64 only");
}
