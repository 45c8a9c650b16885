//! The macros of tokio and futures that await by themselves: in a coroutine as in an `async fn`.
#[path = "../../../tests/common/mod.rs"]
mod common;
use common::*;
use std::future::{pending, ready};
use tokio::sync::mpsc;

same! {
    mod an_arm_suspends;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let sum = tokio::select! {
            biased;
            first = log.pend(2, log.drop_of("first")) => {
                log.pend(1, ()).await;
                first.look() + local.look()
            }
            _ = log.pend(1, log.drop_of("second")) => {
                log.event("second");
                log.pend(1, 1).await + local.look()
            }
        };
        log.event("next statement");
        sum
    }
}

same! {
    mod arms_leave_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, String> {
        let mut source = log.source(&["one", "two", "stop", "three"]);
        let mut total = 0;
        'outer: loop {
            let kept = log.drop_of("kept");
            tokio::select! {
                biased;
                item = source.next() => match item {
                    Some(item) if item.look() == 4 => {
                        log.pend(1, ()).await;
                        break 'outer;
                    }
                    Some(item) => total += item.look() + kept.look(),
                    None => return Err("none".to_owned()),
                },
                _ = log.pend(5, ()) => continue,
            }
        }
        Ok(total)
    }
}

same! {
    mod arms_return_and_use_the_question_mark;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, String> {
        let held = log.drop_of("held");
        for round in 0..4_usize {
            tokio::select! {
                biased;
                result = log.pend(1, if round < 3 { Ok(log.drop_of("fine")) } else { Err("failed") }), if round != 1 => {
                    let fine = result?;
                    log.pend(1, fine.look()).await;
                }
                _ = log.pend(2, log.drop_of("other")), if round == 1 => {
                    log.event("the second");
                }
                else => return Ok(held.look()),
            }
        }
        Ok(0)
    }
}

same! {
    mod patterns_that_do_not_match_disable_their_arms;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = tokio::select! {
            biased;
            Some(noisy) = log.pend(1, None::<Noisy>) => noisy.look(),
            Ok(ref noisy) = log.pend(1, Err::<Noisy, _>(log.drop_of("error"))) => noisy.look(),
            (mut number, Some(4 | 5)) = log.pend(2, (3, Some(4))) => {
                number += log.pend(1, 1).await;
                number
            }
            else => 0,
        };
        log.event("selected");
        let other = tokio::select! {
            biased;
            Some(noisy) = log.pend(1, None::<Noisy>) => noisy.look(),
            Ok(_) = log.pend(1, Err::<Noisy, _>(log.drop_of("error"))) => 1,
            else => log.pend(1, 7).await,
        };
        value + other
    }
}

same! {
    mod conditions_and_futures_are_evaluated_before;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        tokio::select! {
            biased;
            first = log.pend(1, log.drop_of("first")), if log.pend(1, false).await => first.look(),
            second = { let made = log.pend(1, log.drop_of("made")).await; log.pend(1, made) }, if log.drop_of("asked").look() == 5 => {
                second.look()
            }
            third = log.pend(9, 1) => third,
        }
    }
}

same! {
    mod all_disabled_without_else;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        if held.look() == 4 {
            return 1;
        }
        tokio::select! {
            biased;
            Some(noisy) = log.pend(1, Some(held)) => noisy.look(),
            else => 2,
        }
    }
}

same! {
    mod an_output_that_is_not_bound_lives_on;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        tokio::select! {
            biased;
            (first, _) = log.pend(1, (log.drop_of("first"), log.drop_of("rest"))) => {
                log.pend(1, ()).await;
                log.event("arm");
                drop(first);
                log.pend(1, 1).await
            }
            ref whole = log.pend(1, log.drop_of("whole")) => whole.wait().await.look(),
        }
    }
}

same! {
    mod futures_borrow_locals_and_are_taken_again;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut buffer = vec![0; 8];
        let slow = log.pend(4, log.drop_of("slow"));
        tokio::pin!(slow);
        let mut rounds = 0;
        loop {
            rounds += 1;
            tokio::select! {
                biased;
                length = log.fill(1, &mut buffer) => {
                    log.pend(1, ()).await;
                    rounds += length;
                    buffer.push(1);
                }
                noisy = &mut slow, if rounds > 1 => break noisy.look() + rounds,
            }
            if rounds > 40 {
                log.event("late");
            }
        }
    }
}

same! {
    mod a_select_in_an_arm_of_another;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (one, two) = (log.drop_of("one"), log.drop_of("two"));
        let number = tokio::select! {
            biased;
            x = log.pend(1, one.look()) => tokio::select! {
                biased;
                y = log.pend(2, two.look()) => x + y,
                never = pending::<usize>() => never,
            },
            _ = log.pend(3, ()) => 0,
        };
        log.pend(1, number).await
    }
}

same! {
    mod the_name_alone;
    use tokio::select;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let text = log.drop_of("text");
        for _ in 0..2 {
            select! {
                biased;
                number = log.pend(1, text.look()) => {
                    log.pend(1, number).await;
                }
                _ = log.pend(3, ()) => return 0,
            }
        }
        let found = select! { biased; x = log.pend(1, text.wait()) => x.await.look(), _ = pending::<()>() => 1 };
        match select! { biased; x = log.pend(1, 1) => x } {
            1 => found,
            _ => 0,
        }
    }
}

same! {
    mod in_blocks;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, String> {
        let (text, other) = (log.drop_of("text"), log.drop_of("other"));
        let waits = log.clone();
        let block = future! {
            let log = waits;
            let (a, b) = tokio::join!(log.pend(1, text.look()), log.pend(2, 1));
            tokio::select! {
                biased;
                Err(error) = log.pend(1, Err::<(), _>("failed".to_owned())), if a > 9 => return Err(error),
                c = log.pend(2, text.look()) => Ok(a + b + log.pend(1, c).await),
            }
        };
        log.pend(1, ()).await;
        let sum = block.await?;
        Ok(sum + other.look())
    }
}

same! {
    mod joins;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (mut first, second) = (log.drop_of("first"), log.drop_of("second"));
        let taken = log.pend(3, log.drop_of("taken"));
        let (a, b, c) = tokio::join!(first.wait_mut(), log.pend(2, second.look()), taken);
        log.event("joined");
        let sum = a.look() + b + c.look();
        let (d,) = tokio::join!(biased; log.pend(1, log.drop_of("fourth")));
        log.pend(1, sum + d.look()).await
    }
}

same! {
    mod joins_of_futures;
    #[coro::coroutine]
    async fn both(log: &Log, fails: bool) -> Result<usize, String> {
        let held = log.drop_of("held");
        let (a, b, c) = futures_util::try_join!(
            log.pend(3, Ok::<_, String>(log.drop_of("value"))),
            log.pend(2, if fails { Err("failed".to_owned()) } else { Ok(held.look()) }),
            log.pend(1, Ok(log.drop_of("third"))),
        )?;
        Ok(a.look() + b + c.look())
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, Result<usize, String>, Result<usize, String>) {
        let first = log.drop_of("first");
        let taken = log.pend(3, log.drop_of("taken"));
        let (a, b) = futures_util::join!(first.wait(), taken);
        let sum = a.look() + b.look();
        (sum, both(log, false).await, both(log, true).await)
    }
}

same! {
    mod try_joins;
    #[coro::coroutine]
    async fn attempt(log: &Log, fails: bool) -> Result<usize, String> {
        let held = log.drop_of("held");
        let (a, b) = tokio::try_join!(
            log.pend(3, Ok::<_, String>(log.drop_of("value"))),
            log.pend(2, if fails { Err("failed".to_owned()) } else { Ok(held.look()) }),
        )?;
        Ok(a.look() + b)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (Result<usize, String>, Result<usize, String>) {
        let first = attempt(log, false).await;
        (first, attempt(log, true).await)
    }
}

same! {
    mod pinned_by_statements;
    use tokio::pin;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (one, two) = (log.wait_of("one"), log.wait_of("two"));
        pin!(one, two);
        let first = one.as_mut().await.look();
        tokio::pin! {
            let three = log.pend(1, log.drop_of("three"));
        }
        let third = three.await.look();
        first + two.await.look() + third
    }
}

impl Log {
    fn wait_of(&self, name: &str) -> Pend<Noisy> {
        self.pend(1, self.drop_of(name))
    }
}

/// What a server of tokio writes.
#[coro::coroutine]
async fn serve(mut jobs: mpsc::Receiver<u32>, mut stop: mpsc::Receiver<()>) -> Result<u32, String> {
    let mut total = 0;
    loop {
        tokio::select! {
            Some(job) = jobs.recv() => {
                tokio::task::yield_now().await;
                if job == 13 {
                    return Err(format!("{job} after {total}"));
                }
                total += job;
            }
            _ = stop.recv() => break,
            else => break,
        }
    }
    Ok(total)
}

fn on_tokio<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

#[test]
fn a_server_of_tokio() {
    let served = |jobs: &'static [u32]| {
        on_tokio(async move {
            let ((send, receive), (stop, stopped)) = (mpsc::channel(1), mpsc::channel(1));
            let server = serve(receive, stopped);
            let client = async {
                for &job in jobs {
                    send.send(job).await.expect("the server runs");
                }
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
                drop(stop);
            };
            tokio::join!(server, client).0
        })
    };
    assert_eq!(served(&[1, 2, 3]), Ok(6));
    assert_eq!(served(&[1, 13]), Err("13 after 1".to_owned()));
}

/// Which of two arms is first, both being ready.
#[coro::coroutine]
async fn first_of_two() -> bool {
    tokio::select! {
        _ = ready(()) => true,
        _ = ready(()) => false,
    }
}

#[test]
fn each_arm_is_first_at_times() {
    let firsts = (0..1000).filter(|_| on_tokio(first_of_two())).count();
    assert!((300..700).contains(&firsts), "{firsts}");
}

/// Has no branch that is enabled.
#[coro::coroutine]
async fn nothing_to_wait_for(is_enabled: bool) {
    tokio::select! {
        _ = ready(()), if is_enabled => {}
    }
}

#[test]
#[should_panic(expected = "all branches are disabled and there is no else branch")]
fn all_disabled() {
    on_tokio(nothing_to_wait_for(true));
    on_tokio(nothing_to_wait_for(false));
}

same! {
    mod join_of_nothing;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let () = tokio::join!();
        log.pend(1, ()).await;
        held.look()
    }
}
