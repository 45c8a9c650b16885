//! Stacks: their size, guard, memory, reuse, and what happens when there are no more.

use std::env;
use std::fs;
use std::io;
use std::process::Command;

use coro_sys::stack::{Guard, PoolLimits, SIZE_AT_LEAST, Stack, StackPool};

/// Runs one test of this program in a process of its own, in which `CHILD` is set.
fn in_child(test: &str) -> bool {
    if env::var_os("CHILD").is_some() {
        return true;
    }
    let output = Command::new(env::current_exe().expect("a test has a program"))
        .args(["--exact", test, "--nocapture"])
        .env("CHILD", "1")
        .output()
        .expect("the program starts again");
    assert!(
        output.status.success(),
        "{test} failed in its own process:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    false
}

/// The access rights of the map that holds `address`, as the kernel writes them.
fn rights(address: usize) -> Option<String> {
    let maps = fs::read_to_string("/proc/self/maps").expect("the kernel shows the maps");
    maps.lines().find_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let start = usize::from_str_radix(start, 16).ok()?;
        let end = usize::from_str_radix(end, 16).ok()?;
        (start..end)
            .contains(&address)
            .then(|| rest[..4].to_owned())
    })
}

/// Writes one byte `below_top` bytes down.
fn touch(stack: &Stack, below_top: usize) {
    assert!(below_top <= stack.range().len());
    // SAFETY: it is inside, and nobody else uses the stack.
    unsafe { stack.top().sub(below_top).write_volatile(0xA5) };
}

#[test]
fn sizes_are_rounded_up_to_pages_and_to_the_least() {
    for (asked, least) in [
        (0, SIZE_AT_LEAST),
        (1, SIZE_AT_LEAST),
        (SIZE_AT_LEAST + 1, SIZE_AT_LEAST + 4096),
        (65_536, 65_536),
    ] {
        let stack = Stack::new(asked).expect("a stack");
        assert_eq!(stack.size(), least, "asked for {asked}");
        assert!(stack.range().len() >= stack.size());
    }
}

#[test]
fn every_byte_can_be_used() {
    let stack = Stack::new(SIZE_AT_LEAST).expect("a stack");
    for below_top in 1..=stack.range().len() {
        touch(&stack, below_top);
    }
    assert_eq!(
        stack.high_water_mark().expect("a mark"),
        stack.range().len()
    );
}

#[test]
fn a_size_beyond_the_address_space_is_an_error() {
    for size in [usize::MAX, isize::MAX as usize, usize::MAX - 4096] {
        let error = Stack::new(size).expect_err("no such size");
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(&size.to_string()), "{error}");
    }
    // It fits into an address, but not into what the kernel gives to a process.
    let error = Stack::new(1 << 60).expect_err("no such size");
    assert_eq!(error.kind(), io::ErrorKind::OutOfMemory);
    assert!(
        error.to_string().starts_with("cannot map a fiber stack"),
        "{error}"
    );
}

#[test]
fn a_protected_guard_takes_the_rights_from_the_page_below() {
    let stack = Stack::with_protected_guard(65_536).expect("a stack");
    assert_eq!(stack.guard(), Guard::Protected);
    let lowest = stack.range().start;
    assert_eq!(rights(lowest - 1).as_deref(), Some("---p"));
    assert_eq!(rights(lowest - 4096).as_deref(), Some("---p"));
    assert_eq!(rights(lowest).as_deref(), Some("rw-p"));
}

#[test]
fn dropping_unmaps() {
    if !in_child("dropping_unmaps") {
        return;
    }
    let stack = Stack::with_protected_guard(1 << 20).expect("a stack");
    let lowest = stack.range().start;
    assert!(rights(lowest).is_some());
    drop(stack);
    assert_eq!(rights(lowest), None);
}

#[test]
fn tops_are_aligned_and_spread_over_the_cache() {
    let stacks: Vec<_> = (0..32)
        .map(|_| Stack::new(65_536).expect("a stack"))
        .collect();
    let places: std::collections::HashSet<_> = stacks
        .iter()
        .map(|stack| stack.top().addr().get() % 4096)
        .collect();
    assert!(places.iter().all(|place| place.is_multiple_of(64)));
    // Other tests take stacks at the same time, so a few places may be taken twice.
    assert!(places.len() > 4, "{places:?}");
}

#[test]
fn the_mark_goes_up_with_use_and_trimming_resets_it() {
    let mut stack = Stack::new(65_536).expect("a stack");
    assert_eq!(stack.high_water_mark().expect("a mark"), 0);
    for depth in [1, 100, 5_000, 40_000] {
        touch(&stack, depth);
        assert_eq!(stack.high_water_mark().expect("a mark"), depth);
    }
    touch(&stack, 3);
    assert_eq!(stack.high_water_mark().expect("a mark"), 40_000);
    stack.trim().expect("trimmed");
    assert_eq!(stack.high_water_mark().expect("a mark"), 0);
    // It is still a stack.
    touch(&stack, 200);
    assert_eq!(stack.high_water_mark().expect("a mark"), 200);
}

#[test]
fn a_pool_gives_the_last_one_first_and_keeps_no_more_than_it_may() {
    let limits = PoolLimits { warm: 2, cold: 1 };
    let mut pool = StackPool::new(65_536, limits);
    let stacks: Vec<_> = (0..4).map(|_| pool.take().expect("a stack")).collect();
    let tops: Vec<_> = stacks.iter().map(Stack::top).collect();
    for stack in stacks {
        touch(&stack, 10);
        pool.give(stack);
    }
    assert_eq!(pool.len(), 3, "two warm and one cold");

    let warm = pool.take().expect("a stack");
    assert_eq!(warm.top(), tops[1]);
    assert_eq!(warm.high_water_mark().expect("a mark"), 10, "kept");
    let _first = pool.take().expect("a stack");
    let cold = pool.take().expect("a stack");
    assert_eq!(cold.top(), tops[2]);
    assert_eq!(cold.high_water_mark().expect("a mark"), 0, "given back");
    assert!(pool.is_empty());
}

#[test]
fn a_pool_refuses_other_sizes_and_lower_limits_drop_the_surplus() {
    let mut pool = StackPool::new(65_536, PoolLimits { warm: 4, cold: 4 });
    pool.give(Stack::new(32_768).expect("a stack"));
    assert!(pool.is_empty());
    for _ in 0..4 {
        pool.give(Stack::new(65_536).expect("a stack"));
    }
    pool.set_limits(PoolLimits { warm: 1, cold: 2 });
    assert_eq!(pool.len(), 3);
    pool.set_limits(PoolLimits { warm: 1, cold: 0 });
    assert_eq!(pool.len(), 1);
}

#[test]
fn a_pool_for_an_impossible_size_refuses_when_asked() {
    let mut pool = StackPool::new(usize::MAX, PoolLimits::default());
    let error = pool.take().expect_err("no such size");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

#[test]
fn exhausted_memory_maps_are_an_error_that_says_so() {
    if !in_child("exhausted_memory_maps_are_an_error_that_says_so") {
        return;
    }
    let most: usize = fs::read_to_string("/proc/sys/vm/max_map_count")
        .expect("the kernel tells its limit")
        .trim()
        .parse()
        .expect("a number");
    if most > 300_000 {
        println!("not tested: the limit of {most} maps is too high to be reached in a test");
        return;
    }
    let mut stacks = Vec::with_capacity(most);
    let error = loop {
        match Stack::with_protected_guard(SIZE_AT_LEAST) {
            Ok(stack) => stacks.push(stack),
            Err(error) => break error,
        }
        assert!(stacks.len() <= most, "more stacks than maps");
    };
    assert_eq!(error.kind(), io::ErrorKind::OutOfMemory);
    assert!(error.to_string().contains("vm.max_map_count"), "{error}");
    drop(stacks);
    Stack::with_protected_guard(SIZE_AT_LEAST).expect("there is room again");
}

#[test]
fn marked_guards_do_not_use_up_memory_maps() {
    if !in_child("marked_guards_do_not_use_up_memory_maps") {
        return;
    }
    let first = Stack::new(SIZE_AT_LEAST).expect("a stack");
    if first.guard() != Guard::Marked {
        println!("not tested: this kernel has no guard markers");
        return;
    }
    let maps = || {
        fs::read_to_string("/proc/self/maps")
            .expect("the kernel shows the maps")
            .lines()
            .count()
    };
    let before = maps();
    let stacks: Vec<_> = (0..1_000)
        .map(|_| Stack::new(SIZE_AT_LEAST).expect("a stack"))
        .collect();
    assert!(maps() - before < 100, "{} maps more", maps() - before);
    drop(stacks);
}

#[test]
fn an_address_space_that_is_full_is_an_error() {
    if !in_child("an_address_space_that_is_full_is_an_error") {
        return;
    }
    let limit = libc::rlimit {
        rlim_cur: 512 << 20,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: lowers a limit of this process, which is there for that.
    let result = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
    assert_eq!(result, 0);
    let mut stacks = Vec::new();
    let error = loop {
        match Stack::new(16 << 20) {
            Ok(stack) => stacks.push(stack),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), io::ErrorKind::OutOfMemory);
    assert!(error.to_string().contains("address space"), "{error}");
}
