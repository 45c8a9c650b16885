//! Branches, loops and jumps with waits in them.
// The bodies are about a form, not about the best form.
#![allow(clippy::never_loop, clippy::while_let_on_iterator)]
mod common;
use common::*;

same! {
    mod if_else_branches;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let value = if flag {
                log.pend(1, log.drop_of("then")).await
            } else {
                log.pend(2, log.drop_of("otherwise")).await
            };
            sum += value.look();
        }
        sum
    }
}

same! {
    mod if_without_else;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let held = log.drop_of("held");
        if log.test("taken", true) {
            let inner = log.drop_of("inner");
            log.pend(1, ()).await;
            inner.look();
        }
        if log.test("skipped", false) {
            log.pend(1, ()).await;
        }
        held.look();
    }
}

same! {
    mod if_condition_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        if log.pend(1, log.drop_of("a")).await.look() == 2 {
            0
        } else if log.pend(1, log.drop_of("bb")).await.look() == 2 {
            log.drop_of("chosen").look()
        } else if log.pend(1, true).await {
            1
        } else {
            2
        }
    }
}

same! {
    mod if_let_scrutinee_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        if let Some(value) = log.pend(1, Some(log.drop_of("some"))).await {
            sum += value.look();
            log.pend(1, ()).await;
            log.event("end of then");
        }
        if let Some(value) = log.pend(1, None::<Noisy>).await {
            sum += value.look();
        } else {
            log.pend(1, ()).await;
            sum += 100;
        }
        sum
    }
}

same! {
    mod if_let_on_a_borrowed_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let place = Some(log.drop_of("place"));
        let mut sum = 0;
        if let Some(value) = &place {
            log.pend(1, ()).await;
            sum += value.look();
        }
        sum + place.map_or(0, |value| value.look())
    }
}

same! {
    mod if_let_else_if_let_chain;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        if let Ok(value) = log.pend(1, Err::<Noisy, Noisy>(log.drop_of("first"))).await {
            value.look()
        } else if let Some(value) = log.pend(1, Some(log.drop_of("second"))).await {
            log.pend(1, value.look()).await
        } else {
            0
        }
    }
}

same! {
    mod let_chain;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            if let Some(first) = log.pend(1, Some(log.drop_of("first"))).await
                && log.pend(1, flag).await
                && let Some(second) = log.pend(1, Some(log.drop_of("second"))).await
            {
                sum += log.pend(1, first.look()).await + second.look();
            } else {
                log.event("otherwise");
            }
        }
        sum
    }
}

same! {
    mod let_else;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let Some(first) = log.pend(1, Some(log.drop_of("first"))).await else {
            return 0;
        };
        first.look();
        let Ok(second) = log.pend(1, Err::<Noisy, Noisy>(log.drop_of("bad"))).await else {
            let other = log.drop_of("other");
            log.pend(1, ()).await;
            return other.look();
        };
        first.look() + second.look()
    }
}

same! {
    mod match_scrutinee_and_arms_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<String> {
        let mut names = Vec::new();
        for number in 0..4 {
            let value = match log.pend(1, number).await {
                0 => log.pend(1, log.drop_of("zero")).await,
                1 => log.drop_of("one"),
                2 => {
                    let local = log.drop_of("local");
                    log.pend(2, ()).await;
                    local
                }
                _ => break,
            };
            names.push(value.finish());
        }
        names
    }
}

same! {
    mod match_moves_into_one_arm;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let value = if flag { Ok(log.drop_of("good")) } else { Err(log.drop_of("bad")) };
            sum += match value {
                Ok(good) => {
                    log.pend(1, ()).await;
                    good.look()
                }
                Err(_) => log.pend(1, 5).await,
            };
        }
        sum
    }
}

same! {
    mod match_guard_on_plain_values;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.pend(1, log.drop_of("value")).await;
        match value.look() {
            length if length > 10 => 0,
            length if log.test("guard", length == 5) => {
                log.pend(1, length).await + value.look()
            }
            _ => 1,
        }
    }
}

same! {
    mod match_guard_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        match Some(log.drop_of("value")) {
            Some(ref value) if log.pend(1, value.look() == 1).await => 1,
            Some(value) if log.pend(1, value.look() == 5).await => value.look() + held.look(),
            Some(_) | None => 0,
        }
    }
}

same! {
    mod loop_with_break_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut count = 0;
        loop {
            let value = log.pend(1, log.drop_of("value")).await;
            count += 1;
            if count == 3 {
                break value;
            }
            log.event("again");
        }
    }
}

same! {
    mod break_with_a_waiting_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = loop {
            let local = log.drop_of("local");
            if log.test("leave", true) {
                break log.pend(1, log.drop_of("value")).await;
            }
            local.look();
        };
        value.look()
    }
}

same! {
    mod while_with_a_plain_condition;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list = log.list(&["a", "bb", "ccc"]);
        let mut sum = 0;
        while !list.is_empty() {
            let value = list.remove(0);
            log.pend(1, ()).await;
            sum += value.look();
        }
        sum
    }
}

same! {
    mod while_condition_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut count = 0;
        while log.pend(1, log.drop_of("condition")).await.look() > count * 4 {
            let local = log.drop_of("local");
            log.pend(1, ()).await;
            count += 1;
            local.look();
        }
        count
    }
}

same! {
    mod while_let_scrutinee_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut source = log.source(&["a", "bb", "ccc"]);
        let mut sum = 0;
        while let Some(value) = source.next().await {
            sum += value.look();
            log.pend(1, ()).await;
            log.event("end of iteration");
        }
        sum
    }
}

same! {
    mod while_let_with_a_chain;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list = log.list(&["a", "bb", "stop", "ccc"]);
        let mut sum = 0;
        while let Some(value) = list.pop()
            && log.pend(1, value.name() != "stop").await
        {
            sum += log.pend(1, value.look()).await;
        }
        sum + list.len() * 100
    }
}

same! {
    mod for_over_a_range;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for number in 0..3 {
            let local = log.drop_of("local");
            sum += log.pend(number, number).await;
            local.look();
        }
        sum
    }
}

same! {
    mod for_over_owned_values;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for value in log.list(&["a", "bb", "ccc"]) {
            log.pend(1, ()).await;
            sum += value.look();
            if sum == 3 {
                break;
            }
        }
        log.event("after the loop");
        sum
    }
}

same! {
    mod for_over_borrowed_values;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb", "ccc"]);
        let mut sum = 0;
        for value in &list {
            sum += value.wait().await.look();
        }
        sum + list.len()
    }
}

same! {
    mod for_over_mutably_borrowed_values;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<Noisy> {
        let mut list = log.list(&["a", "bb", "ccc"]);
        for (index, value) in list.iter_mut().enumerate() {
            value.wait_mut().await.change("!");
            if index == 1 {
                continue;
            }
            value.change("?");
        }
        list
    }
}

same! {
    mod for_iterator_expression_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for value in log.pend(1, log.list(&["a", "bb"])).await {
            sum += log.pend(1, value).await.look();
        }
        sum
    }
}

same! {
    mod for_with_a_pattern;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pairs = vec![
            (1, log.drop_of("a"), log.drop_of("b")),
            (2, log.drop_of("c"), log.drop_of("d")),
        ];
        let mut sum = 0;
        for (number, first, _) in pairs {
            log.pend(1, ()).await;
            sum += number * first.look();
        }
        sum
    }
}

same! {
    mod nested_loops;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for outer in log.list(&["a", "bb"]) {
            let mut inner = 0;
            while inner < 2 {
                inner += 1;
                sum += log.pend(1, outer.look()).await;
            }
        }
        sum
    }
}

same! {
    mod continue_drops_the_iteration;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for number in 0..4 {
            let first = log.drop_of("first");
            if log.pend(1, number % 2 == 0).await {
                continue;
            }
            let second = log.drop_of("second");
            log.pend(1, ()).await;
            sum += first.look() + second.look();
        }
        sum
    }
}

same! {
    mod labelled_break_and_continue;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        'outer: for first in 0..3 {
            let held = log.drop_of("held");
            for second in 0..3 {
                let local = log.drop_of("local");
                sum += log.pend(1, first * 10 + second).await;
                if second == 1 {
                    continue 'outer;
                }
                if first == 2 {
                    break 'outer;
                }
                local.look();
            }
            held.look();
        }
        sum
    }
}

same! {
    mod labelled_break_with_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let held = log.drop_of("held");
        'found: loop {
            let outer = log.drop_of("outer");
            loop {
                let inner = log.drop_of("inner");
                log.pend(1, ()).await;
                if inner.look() == 5 {
                    break 'found outer;
                }
            }
        }
        .renamed(held.name())
    }
}

same! {
    mod labelled_block;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            sum += 'block: {
                let local = log.drop_of("local");
                if log.pend(1, flag).await {
                    break 'block log.pend(1, 10).await;
                }
                let second = log.drop_of("second");
                log.pend(1, ()).await;
                local.look() + second.look()
            };
        }
        sum
    }
}

same! {
    mod block_scopes_its_locals;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let outer = log.drop_of("outer");
        let sum = {
            let inner = log.drop_of("inner");
            log.pend(1, ()).await;
            inner.look()
        };
        log.pend(1, ()).await;
        sum + outer.look()
    }
}

same! {
    mod early_return;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        if log.pend(1, true).await {
            let second = log.drop_of("second");
            log.pend(1, ()).await;
            return second.look();
        }
        first.look()
    }
}

same! {
    mod return_of_a_waiting_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let held = log.drop_of("held");
        for _ in 0..3 {
            let local = log.drop_of("local");
            if local.look() == 5 {
                return log.pend(1, log.drop_of("value")).await;
            }
        }
        held
    }
}

same! {
    mod question_mark_in_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, Noisy> {
        let held = log.drop_of("held");
        let mut source = log.source(&["a", "bb"]);
        let mut buffer = [0_u8; 4];
        let mut sum = 0;
        loop {
            let local = log.drop_of("local");
            sum += source.read(&mut buffer).await?;
            if sum > 100 {
                return Ok(sum + held.look());
            }
            local.look();
        }
    }
}

same! {
    mod question_mark_after_a_wait_elsewhere;
    fn parse(log: &Log, text: &str) -> Result<usize, Noisy> {
        text.parse().map_err(|_| log.drop_of("not a number"))
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, Noisy> {
        let first = parse(log, "12")?;
        let text = log.pend(1, String::from("x")).await;
        let held = log.drop_of("held");
        let second = parse(log, &text)?;
        log.pend(1, ()).await;
        Ok(first + second + held.look())
    }
}

same! {
    mod never_typed_arm;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        loop {
            let value: usize = match log.pend(1, sum).await {
                0 => 5,
                5 => {
                    sum += 2;
                    continue;
                }
                7 => log.drop_of("seven").look(),
                _ => return sum,
            };
            sum += value;
        }
    }
}

same! {
    mod infinite_loop_left_by_return;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let mut text = String::new();
        loop {
            text.push('x');
            log.pend(1, ()).await;
            if text.len() == 3 {
                return text;
            }
        }
    }
}

same! {
    mod loop_carried_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut current = log.drop_of("a");
        let mut previous = None;
        for name in ["b", "c", "d"] {
            let next = log.pend(1, current.renamed(name)).await;
            previous = previous.map_or(Some(0), |count: usize| Some(count + next.look()));
            current = next;
        }
        current.change(&format!("{previous:?}"));
        current
    }
}

same! {
    mod wait_in_one_branch_only;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let mut sum = 0;
        for number in 0..3 {
            if number == 1 {
                log.pend(1, ()).await;
            } else {
                sum += held.look();
            }
        }
        sum
    }
}

same! {
    mod wait_before_an_endless_inner_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        log.pend(1, ()).await;
        let mut count = 0;
        let held = log.drop_of("held");
        let last = loop {
            count += 1;
            if count == 10 {
                break count;
            }
        };
        log.pend(1, last).await + held.look()
    }
}

same! {
    mod return_inside_an_operand;
    #[allow(clippy::diverging_sub_expression, unreachable_code)]
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<usize> {
        let held = log.drop_of("held");
        let list = [log.drop_of("a").look(), log.pend(1, Some(2)).await?];
        log.pend(1, ()).await;
        let sum = list[0] + log.pend(1, None::<usize>).await?;
        Some(sum + held.look())
    }
}

same! {
    mod break_inside_an_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        loop {
            let pair = (
                log.drop_of("first"),
                if log.pend(1, sum > 3).await { break } else { log.drop_of("second") },
            );
            sum += pair.0.look() + pair.1.look();
        }
        sum
    }
}

same! {
    mod unit_returning_branches;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let value = log.pend(1, Some(log.drop_of("value"))).await;
        match value {
            Some(value) if value.look() > 100 => log.pend(1, ()).await,
            Some(value) => log.event(value.wait().await.name()),
            None => (),
        }
    }
}

same! {
    mod conditions_of_both_kinds_in_a_while;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list = log.list(&["a", "b", "c"]);
        let mut count = 0;
        while !list.is_empty() && log.pend(1, true).await || log.test("end", false) {
            list.pop();
            count += 1;
        }
        count
    }
}

same! {
    mod a_chain_whose_branches_leave;
    #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::match_single_binding)]
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let x = match Ok::<Noisy, Noisy>(log.drop_of("n2")) {
            Ok(item4) => {
                log.pend(1, item4.look()).await;
                3
            }
            _rest => {
                if let Some(b10) = Some(log.drop_of("n10")) && log.test("n11", true) {
                    return log.pend(1, b10.look()).await;
                } else {
                    return log.pend(1, 3).await;
                };
            }
        };
        let y = match log.pend(1, 2).await {
            2 => 3,
            _ => {
                if let Some(b10) = Some(log.drop_of("n12")) && log.test("n13", true) {
                    log.pend(b10.look(), match x { _ => return 7 }).await;
                } else {
                    return log.pend(1, 3).await;
                };
            }
        };
        x + y
    }
}

same! {
    mod an_arm_that_waits_and_is_never_reached;
    struct Point {
        #[allow(dead_code)]
        x: Noisy,
        y: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let tail = {
            let _kept = log.pend(1, log.drop_of("kept")).await;
            match None::<Point> {
                Some(Point { x: _, y }) => {
                    y.look();
                    0
                }
                #[allow(unreachable_patterns)]
                Some(Point { y, .. }) if log.test("guard", false) => {
                    y.look();
                    log.pend(1, 2).await;
                    1
                }
                _ => 3,
            };
            log.drop_of("tail")
        };
        log.pend(1, tail.look()).await
    }
}

same! {
    mod what_never_ends_before_what_suspends;
    #[coro::coroutine]
    async fn choose(log: &Log, number: usize) -> usize {
        let held = log.drop_of("held");
        match log.pend(1, number).await {
            0 => {
                return held.look();
                #[allow(unreachable_code)]
                log.pend(1, ()).await;
            }
            1 => held.look() + log.pend(1, 1).await,
            _ => {
                panic!("{}", number);
                #[allow(unreachable_code)]
                log.pend(1, ()).await;
            }
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        choose(log, 0).await + choose(log, 1).await
    }
}
