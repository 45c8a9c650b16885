//! Locals that are borrowed through what others share: a borrow that is written to one place is
//! read from another, after the writer is gone. `y` has no drop that keeps it, and `other` wants its room.
// They are about a form, not about the best form.
#![allow(unused, clippy::all, clippy::pedantic)]
mod common;
use common::*;
use std::cell::Cell;
use std::rc::Rc;

fn number(n: u64) -> u64 {
    n
}

type Shared<'a> = Rc<Cell<Option<&'a u64>>>;

/// Two ends of one cell.
fn pair<'a>() -> (Shared<'a>, Shared<'a>) {
    let a = Rc::new(Cell::new(None));
    (a.clone(), a)
}

same! {
    mod cell_whose_scope_ends;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let r;
        {
            let cell = Cell::new(None);
            let n = &cell;
            cell.set(Some(&y));
            r = n.get().unwrap();
        }
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *r
    }
}

same! {
    mod count_whose_scope_ends;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let b;
        {
            log.pend(1, ()).await;
            let a = Rc::new(Cell::new(None::<&u64>));
            b = a.clone();
            a.set(Some(&y));
            log.pend(1, ()).await;
        }
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod two_ends_of_which_one_is_dropped;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (a, b) = pair();
        a.set(Some(&y));
        drop(a);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod channel_of_references;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (sender, receiver) = std::sync::mpsc::channel();
        sender.send(&y).unwrap();
        drop(sender);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *receiver.recv().unwrap()
    }
}
/// A comparison writes to it.
struct Keeps<'a>(Cell<Option<&'a u64>>);
impl<'a> PartialEq<&'a u64> for Keeps<'a> {
    fn eq(&self, other: &&'a u64) -> bool {
        self.0.set(Some(other));
        true
    }
}

same! {
    mod comparison_that_keeps;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let keeps = Keeps(Cell::new(None));
        let r = &y;
        if keeps == r { log.event("same"); }
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *keeps.0.get().unwrap()
    }
}

same! {
    mod comparison_that_keeps_a_borrow;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let keeps = Keeps(Cell::new(None));
        if keeps == &y { log.event("same"); }
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *keeps.0.get().unwrap()
    }
}

same! {
    mod closure_that_copies;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let x = number(7);
        let c = || { let y = x; y };
        let z = x;
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + c() + z
    }
}

same! {
    mod part_that_borrows_another;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let mut parts = (number(7), None::<&u64>);
        log.pend(1, ()).await;
        let (ref a, ref mut b) = parts;
        *b = Some(a);
        let r = parts.1;
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *r.unwrap()
    }
}

same! {
    mod closures_that_share;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (a, b) = pair();
        let put = move |v| a.set(Some(v));
        let get = move || b.get();
        put(&y);
        drop(put);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *get().unwrap()
    }
}

same! {
    mod count_in_parts;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let both = pair();
        let b = both.1;
        let a = both.0;
        a.set(Some(&y));
        drop(a);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod clone_then_older_set;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let a: Shared<'_> = Rc::new(Cell::new(None));
        let b = Rc::clone(&a);
        b.set(Some(&y));
        drop(b);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *a.get().unwrap()
    }
}

same! {
    mod struct_of_counts;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        struct Both<'a> { a: Shared<'a>, b: Shared<'a> }
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (a, b) = pair();
        let both = Both { a, b };
        let Both { a, b } = both;
        a.set(Some(&y));
        drop(a);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod swap_of_references;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let mut a = Some(&y);
        let mut b = None;
        let p = &mut a;
        let q = &mut b;
        std::mem::swap(p, q);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.unwrap()
    }
}

same! {
    mod taken_by_a_function_that_stores;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        fn store<'a>(into: Shared<'a>, what: &'a u64) { into.set(Some(what)) }
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let a: Shared<'_> = Rc::new(Cell::new(None));
        let b = a.clone();
        store(a, &y);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod awaited_store;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        async fn store<'a>(into: Shared<'a>, what: &'a u64) { into.set(Some(what)) }
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (a, b) = pair();
        store(a, &y).await;
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod match_of_a_pair;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        match pair() {
            (a, b) => {
                log.pend(1, ()).await;
                a.set(Some(&y));
                drop(a);
                log.pend(1, ()).await;
                let other = [number(1), number(2), number(3)];
                log.pend(1, ()).await;
                other[0] + *b.get().unwrap()
            }
        }
    }
}

same! {
    mod iterator_of_counts;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (a, b) = pair();
        let mut all = vec![a, b].into_iter();
        let a = all.next().unwrap();
        let b = all.next().unwrap();
        drop(all);
        a.set(Some(&y));
        drop(a);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod if_let_binds_a_pair;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let kept = Some(pair());
        if let Some((a, b)) = kept {
            log.pend(1, ()).await;
            a.set(Some(&y));
            drop(a);
            log.pend(1, ()).await;
            let other = [number(1), number(2), number(3)];
            log.pend(1, ()).await;
            return other[0] + *b.get().unwrap();
        }
        0
    }
}

same! {
    mod match_binds_a_pair_of_a_place;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let kept = (pair(), 5);
        match kept {
            ((a, b), 5) => {
                log.pend(1, ()).await;
                a.set(Some(&y));
                drop(a);
                log.pend(1, ()).await;
                let other = [number(1), number(2), number(3)];
                log.pend(1, ()).await;
                return other[0] + *b.get().unwrap();
            }
            _ => 0,
        }
    }
}

same! {
    mod borrowed_inside_of_a_plain_block;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (a, b) = pair();
        for i in 0..2 {
            let c = a.clone();
            let put = move |v| c.set(Some(v));
            put(&y);
        }
        drop(a);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod bound_by_let_else;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (Some(a), b) = (Some(pair()), 5) else { return 0 };
        let (a, c) = a;
        a.set(Some(&y));
        drop(a);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *c.get().unwrap()
    }
}

same! {
    mod macro_that_stores;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        macro_rules! keep {
            ($a:expr, $b:expr) => {
                $a.set(Some(&$b))
            };
        }
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (a, b) = pair();
        keep!(a, y);
        drop(a);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod future_block_that_stores;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let (a, b) = pair();
        let z = &y;
        let task = async move { a.set(Some(z)); };
        log.pend(1, ()).await;
        task.await;
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *b.get().unwrap()
    }
}

same! {
    mod assigned_from_a_shared_one;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let kept: Shared<'_> = Default::default();
        let mut slot = (None, 5);
        slot.0 = Some(kept.clone());
        let out = slot.0.take().unwrap();
        out.set(Some(&y));
        drop(out);
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *kept.get().unwrap()
    }
}

same! {
    mod part_that_shares_with_what_keeps_another_part;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        fn store<'a>(into: Shared<'a>, what: &'a u64) {
            into.set(Some(what));
        }
        let (first, second) = pair();
        let y = (7_u64, second);
        log.pend(1, ()).await;
        store(first, &y.0);
        let second = y.1;
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *second.get().unwrap()
    }
}

// ---- ways through a statement that lead out of it ----

same! {
    mod value_of_a_block_that_a_way_leads_out_of;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let r = 'block: {
            if log.test("early", true) {
                break 'block &y;
            }
            log.pend(1, ()).await;
            &8
        };
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *r
    }
}

same! {
    mod borrow_on_a_way_that_goes_on_with_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let mut kept = None;
        let mut turn = 0;
        while turn < 2 {
            turn += 1;
            match pair() {
                (a, b) if turn > 1 => log.event("second"),
                (a, b) => {
                    a.set(Some(&y));
                    drop(a);
                    kept = Some(b);
                    continue;
                }
            }
            log.pend(1, ()).await;
        }
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + kept.map_or(0, |kept| *kept.get().unwrap())
    }
}

same! {
    mod borrow_by_one_turn_of_a_loop_that_another_leads_out_of;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let mut kept = None;
        'out: {
            for cell in [&Cell::new(None), &Cell::new(Some(&8))].iter().cycle() {
                if cell.get().is_some_and(|found| *found == 7) {
                    kept = cell.get();
                    break 'out;
                }
                cell.set(Some(&y));
            }
            log.pend(1, ()).await;
        }
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *kept.unwrap()
    }
}

same! {
    mod what_came_before_on_a_way_that_leads_out;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let y: u64 = number(7);
        log.pend(1, ()).await;
        let kept;
        'out: {
            match Some(Cell::new(Some(&y))) {
                Some(cell) => {
                    kept = cell.get();
                    break 'out;
                }
                None => kept = None,
            }
            log.pend(1, ()).await;
        }
        log.pend(1, ()).await;
        let other = [number(1), number(2), number(3)];
        log.pend(1, ()).await;
        other[0] + *kept.unwrap()
    }
}

same! {
    mod future_block_that_is_awaited_maybe;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let held = log.drop_of("held");
        let task = async move { held.look() };
        if log.test("now", true) {
            task.await;
        }
        log.pend(1, ()).await;
        0
    }
}

same! {
    mod number_in_an_arm_that_is_never_reached;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let kept = pair();
        let sum = match log.pend(1, Some(log.drop_of("x"))).await {
            None => 0,
            None => {
                let y: u64 = number(7);
                let (a, b) = pair();
                let r = &y;
                a.set(Some(r));
                log.pend(1, ()).await;
                *b.get().unwrap()
            }
            Some(_) => 1,
        };
        kept.0.get().map_or(sum, |n| *n)
    }
}
