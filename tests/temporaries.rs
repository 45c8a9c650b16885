//! How long temporaries live when the statement or the scrutinee that they belong to waits.
// The bodies are about a form, not about the best form.
#![allow(clippy::never_loop, clippy::redundant_closure_call)]
mod common;
use common::*;

/// Two borrows and a number: the operands of most statements here.
fn both(first: &Noisy, second: usize) -> usize {
    first.look() + second
}

/// A value with a method that lends it out, as a lock does.
struct Cell(Noisy);

/// What [`Cell::lock`] returns: it logs its drop and derefs to the value.
struct Guard<'a>(&'a Noisy);

impl Cell {
    fn lock(&self) -> Guard<'_> {
        self.0.log().event(format!("lock {}", self.0.name()));
        Guard(&self.0)
    }
}

impl Guard<'_> {
    fn find(&self) -> Option<&Noisy> {
        Some(self.0)
    }
}

impl std::ops::Deref for Guard<'_> {
    type Target = Noisy;

    fn deref(&self) -> &Noisy {
        self.0
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.log().record(format!("unlock {}", self.0.name()));
        self.0.log().drop_step();
    }
}

same! {
    mod argument_lives_to_the_end_of_the_statement;
    #[coro::coroutine]
    async fn body(log: &Log) {
        both(&log.drop_of("temporary"), log.pend(1, 1).await);
        log.event("next statement");
    }
}

same! {
    mod argument_of_a_let_lives_to_its_end;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = both(&log.drop_of("temporary"), log.pend(1, 1).await) + log.pend(1, 2).await;
        log.event("next statement");
        sum
    }
}

same! {
    mod operand_of_a_wait_lives_to_the_end_of_the_statement;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let length = log.pend(1, &log.drop_of("temporary")).await.look();
        log.event("next statement");
        length
    }
}

same! {
    mod awaited_value_lives_to_the_end_of_the_statement;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = log.pend(1, log.drop_of("first")).await.look()
            + log.pend(1, log.drop_of("second")).await.look();
        log.event("next statement");
        sum
    }
}

same! {
    mod temporaries_on_both_sides_of_a_wait;
    fn all(first: &Noisy, second: &Noisy, third: &Noisy) -> usize {
        first.look() + second.look() + third.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) {
        all(
            &log.drop_of("before"),
            &log.pend(1, log.drop_of("awaited")).await,
            &log.drop_of("after"),
        );
        log.event("next statement");
    }
}

same! {
    mod receiver_temporary;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let sum = cell.lock().look() + log.pend(1, 1).await;
        log.event("next statement");
        sum
    }
}

same! {
    mod guard_lives_over_a_wait_on_its_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let length = cell.lock().wait().await.look();
        log.event("next statement");
        length
    }
}

same! {
    mod extended_by_a_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let reference = &log.drop_of("extended");
        let local = log.drop_of("local");
        log.pend(1, ()).await;
        reference.look() + local.look()
    }
}

same! {
    mod awaited_value_extended_by_a_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let reference = &mut log.pend(1, log.drop_of("extended")).await;
        let local = log.drop_of("local");
        log.pend(1, ()).await;
        reference.change("!");
        local.renamed(reference.name())
    }
}

same! {
    mod extended_inside_a_tuple;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (first, second) = (&log.drop_of("first"), &log.pend(1, log.drop_of("second")).await);
        log.pend(1, ()).await;
        first.look() + second.look()
    }
}

same! {
    mod extended_inside_a_struct_and_an_array;
    struct Holder<'a> {
        value: &'a Noisy,
        list: [&'a Noisy; 2],
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let holder = Holder {
            value: &log.drop_of("value"),
            list: [&log.drop_of("first"), &log.pend(1, log.drop_of("second")).await],
        };
        log.pend(1, ()).await;
        holder.value.look() + holder.list[0].look() + holder.list[1].look()
    }
}

same! {
    mod extended_by_a_ref_pattern;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (ref first, _) = (log.drop_of("first"), log.drop_of("unbound"));
        let Some(ref second) = log.pend(1, Some(log.drop_of("second"))).await else {
            return 0;
        };
        log.pend(1, ()).await;
        first.look() + second.look()
    }
}

same! {
    mod extended_through_a_block;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let reference = {
            log.pend(1, ()).await;
            &log.drop_of("extended")
        };
        log.pend(1, ()).await;
        reference.look()
    }
}

same! {
    mod extended_through_branches;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let reference = if log.pend(1, flag).await {
                &log.drop_of("then")
            } else {
                &log.pend(1, log.drop_of("otherwise")).await
            };
            log.pend(1, ()).await;
            sum += reference.look();
        }
        sum
    }
}

same! {
    mod extended_part_of_a_temporary;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let part = &(log.drop_of("left"), log.drop_of("right")).1;
        log.pend(1, ()).await;
        let element = &log.pend(1, [log.drop_of("a"), log.drop_of("bb")]).await[1];
        log.pend(1, ()).await;
        part.look() + element.look()
    }
}

same! {
    mod extended_slice_of_a_constant;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let constant: &'static [usize] = &[1, 2, 3];
        let local: &[usize] = &[held.look(), 2];
        log.pend(1, ()).await;
        constant.len() + local.iter().sum::<usize>()
    }
}

same! {
    mod not_extended_through_a_call;
    fn length(value: &Noisy) -> usize {
        value.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let number = length(&log.drop_of("temporary")).max(log.pend(1, 3).await);
        log.event("next statement");
        number
    }
}

same! {
    mod match_scrutinee_lives_through_the_arms;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let sum = match cell.lock().find() {
            Some(value) => {
                log.pend(1, ()).await;
                value.look()
            }
            None => 0,
        };
        log.event("next statement");
        sum
    }
}

same! {
    mod match_scrutinee_copies_out;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = match log.drop_of("temporary").look() {
            0 => 0,
            length => {
                log.event("in the arm");
                log.pend(1, length).await
            }
        };
        log.event("next statement");
        sum
    }
}

same! {
    mod match_scrutinee_waits_with_temporaries;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        match log.pend(1, &log.drop_of("temporary")).await.look() {
            0 => 0,
            length => log.pend(1, length).await,
        }
    }
}

same! {
    mod if_let_scrutinee_ends_before_else;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let mut sum = 0;
        for name in ["cell", "other"] {
            if let Some(value) = cell.lock().find().filter(|value| value.name() == name) {
                log.pend(1, ()).await;
                sum += value.look();
            } else {
                log.event("otherwise");
                log.pend(1, ()).await;
            }
            log.event("next statement");
        }
        sum
    }
}

same! {
    mod if_condition_ends_before_the_block;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let cell = Cell(log.drop_of("cell"));
        if cell.lock().look() + log.pend(1, 0).await == 4 {
            log.event("in the block");
            log.pend(1, ()).await;
        }
        log.event("next statement");
    }
}

same! {
    mod while_condition_ends_before_the_block;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let cell = Cell(log.drop_of("cell"));
        let mut count = 0;
        while cell.lock().look() > count + log.pend(1, 2).await {
            log.event("in the block");
            log.pend(1, ()).await;
            count += 1;
        }
    }
}

same! {
    mod while_let_scrutinee_lives_through_the_block;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let mut count = 0;
        while let Some(value) = cell.lock().find().filter(|_| count < 2) {
            log.pend(1, ()).await;
            count += 1;
            value.look();
        }
        count
    }
}

same! {
    mod for_iterator_temporaries_live_through_the_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for character in log.drop_of("ab").name().chars() {
            log.pend(1, ()).await;
            sum += character.len_utf8();
        }
        log.event("next statement");
        for value in &log.pend(1, log.list(&["a", "bb"])).await {
            sum += value.look();
        }
        sum
    }
}

same! {
    mod tail_expression_temporary_before_locals;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let _local = log.drop_of("local");
        cell.lock().look() + log.pend(1, 1).await
    }
}

same! {
    mod tail_expression_of_a_block;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = {
            let cell = Cell(log.drop_of("cell"));
            let _local = log.drop_of("local");
            cell.lock().wait().await.look()
        } + {
            let _local = log.drop_of("other");
            log.pend(1, log.drop_of("temporary")).await.look()
        };
        log.event("next statement");
        sum
    }
}

same! {
    mod tail_expression_of_branches_and_arms;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let first = if log.pend(1, true).await {
            cell.lock().look() + log.pend(1, 1).await
        } else {
            0
        };
        log.event("between");
        let second = match log.pend(1, 1).await {
            1 => cell.lock().look() + log.pend(1, 1).await,
            _ => 0,
        };
        log.event("after");
        first + second
    }
}

same! {
    mod short_circuit_operands_end_early;
    #[coro::coroutine]
    async fn body(log: &Log) -> bool {
        let found = log.drop_of("left").look() == 4
            && log.pend(1, log.drop_of("right")).await.look() == 1
            || log.pend(1, log.drop_of("other")).await.look() == 1;
        log.event("next statement");
        found
    }
}

same! {
    mod temporaries_of_a_return_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        if log.pend(1, true).await {
            let _local = log.drop_of("local");
            return cell.lock().look() + log.pend(1, 1).await;
        }
        0
    }
}

same! {
    mod temporaries_of_a_break_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        loop {
            let _local = log.drop_of("local");
            break cell.lock().look() + log.pend(1, 1).await;
        }
    }
}

same! {
    mod temporary_beside_a_question_mark;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, Noisy> {
        let cell = Cell(log.drop_of("cell"));
        let sum = cell.lock().look() + log.pend(1, Ok::<usize, Noisy>(1)).await?;
        log.event("between");
        let more = cell.lock().look() + log.pend(1, Err::<usize, _>(log.drop_of("bad"))).await?;
        Ok(sum + more)
    }
}

same! {
    mod assignment_temporaries;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut number = 0;
        number += both(&log.drop_of("first"), log.pend(1, 1).await);
        log.event("between");
        number = number.max(both(&log.drop_of("second"), log.pend(1, 2).await));
        log.event("after");
        number
    }
}

same! {
    mod let_else_temporaries_end_with_the_statement;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let Some(length) = cell.lock().find().map(Noisy::look) else {
            return log.pend(1, 0).await;
        };
        log.pend(1, ()).await;
        let Some(other) = log.pend(1, cell.lock().find()).await.map(|_| 0).filter(|_| false) else {
            log.event("otherwise");
            return log.pend(1, length).await;
        };
        other
    }
}

same! {
    mod index_temporaries;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb", "ccc"]);
        let length = list[log.drop_of("x").look()..][log.pend(1, 1).await].look();
        log.event("next statement");
        length
    }
}

same! {
    mod closure_as_a_temporary;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let captured = log.drop_of("captured");
        let sum = both(&log.drop_of("x"), (move || captured.look())() + log.pend(1, 1).await);
        log.event("next statement");
        sum
    }
}

same! {
    mod future_as_a_temporary_of_a_borrow;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let length = Box::pin(log.pend(1, log.drop_of("value"))).as_mut().await.look();
        log.event("next statement");
        length
    }
}

same! {
    mod block_ends_its_temporaries;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = both(
            &log.drop_of("outer"),
            { both(&log.drop_of("inner"), log.pend(1, 1).await) } + log.pend(1, 1).await,
        );
        log.event("next statement");
        sum
    }
}

same! {
    mod let_chain_temporaries;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = Cell(log.drop_of("first"));
        let second = Cell(log.drop_of("second"));
        for flag in [true, false] {
            if let Some(one) = first.lock().find()
                && log.pend(1, flag).await
                && let Some(two) = second.lock().find()
            {
                log.pend(1, ()).await;
                one.look();
                two.look();
            } else {
                log.pend(1, ()).await;
            }
        }
        0
    }
}

same! {
    mod match_guard_temporaries;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        match log.pend(1, 2).await {
            number if cell.lock().look() == number => 1,
            number if cell.lock().look() == number * log.pend(1, 2).await => {
                log.event("in the arm");
                log.pend(1, number).await
            }
            _ => 3,
        }
    }
}

same! {
    mod compound_expression_of_everything;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell(log.drop_of("cell"));
        let sum = [
            both(&log.drop_of("a"), log.pend(1, 1).await),
            if cell.lock().look() == 4 { log.pend(1, 1).await } else { 0 },
            match cell.lock().find() {
                Some(value) => log.pend(1, value).await.look(),
                None => 0,
            },
        ]
        .iter()
        .sum();
        log.event("next statement");
        sum
    }
}

same! {
    mod mutable_borrows_of_literals;
    #[coro::coroutine]
    async fn add(log: &Log, value: &mut usize) -> usize {
        *value += log.pend(1, 1).await;
        *value
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let kept = &mut 5;
        let pair = (&mut 1, &mut [1, 2]);
        let sum = add(log, &mut 1).await + add(log, kept).await;
        *kept += sum;
        pair.1[1] += 7;
        *pair.0 += *kept + log.pend(1, pair.1[1]).await;
        let read = log.pend(1, &mut [0u8; 4]).await.len();
        *pair.0 + read
    }
}

same! {
    mod temporaries_of_a_let_else;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<Noisy, Noisy> {
        let Some(first) = log.pend(1, log.list(&["a", "b", "c"])).await.into_iter().next() else {
            return Err(log.drop_of("never"));
        };
        log.event("between");
        let Some((second, _)) = log
            .pend(1, log.drop_of("d"))
            .await
            .itself()
            .log()
            .list(&["e", "f"])
            .into_iter()
            .zip(log.pend(1, log.list(&["g", "h"])).await)
            .next()
        else {
            return Ok(log.drop_of("never"));
        };
        log.pend(1, first.look() + second.look()).await;
        let None = log.pend(1, log.list(&["i", "j"])).await.into_iter().next() else {
            log.event("else");
            return Ok(second);
        };
        Err(first)
    }
}

same! {
    mod a_let_else_takes_a_part_of_a_value;
    fn pair(log: &Log, left: Noisy) -> (Option<Noisy>, Noisy) {
        (Some(left), log.drop_of("right"))
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let (Some(first), _) = pair(log, log.pend(1, log.drop_of("a")).await) else {
            return None;
        };
        log.event("between");
        let Some(second) = pair(log, log.pend(1, log.drop_of("b")).await).0 else {
            return Some(first);
        };
        log.pend(1, first.look() + second.look()).await;
        let (None, third) = pair(log, log.pend(1, log.drop_of("c")).await) else {
            log.event("else");
            return Some(second);
        };
        Some(third)
    }
}

same! {
    mod a_let_else_without_a_suspension;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let pair = (log.drop_of("left"), log.drop_of("right"));
        log.pend(1, ()).await;
        let held = log.drop_of("held");
        'out: {
            let (Some(never), ref seen) = (match (Some(log.drop_of("matched")), 2) {
                (Some(_), 2) => (None, pair.1),
                _ => (Some(log.drop_of("some")), log.drop_of("other")),
            }) else {
                log.event("else");
                break 'out;
            };
            return Some(never.renamed(seen.name()));
        }
        log.pend(1, held.look()).await;
        let Some(first) = Some(pair.0).filter(|left| left.look() > 0) else {
            log.event("else");
            return None;
        };
        let (Some(second), mut third) = log.list(&["a", "b"]).drain(..).map(Some).zip([1]).next()? else {
            return None;
        };
        third += first.look();
        log.pend(1, third).await;
        Some(second)
    }
}

same! {
    mod a_variant_that_is_borrowed_mutably;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let option = &mut None::<Noisy>;
        log.pend(1, ()).await;
        *option = Some(log.drop_of("a"));
        let taken = None::<Noisy>.get_or_insert(log.pend(1, log.drop_of("b")).await).look();
        let None = &mut None::<Noisy> else {
            log.pend(1, ()).await;
            return None;
        };
        log.pend(1, taken).await;
        option.take()
    }
}
