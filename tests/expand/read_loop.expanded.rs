//! A buffer that is borrowed while the coroutine waits.
use coro::runtime::net::TcpStream;
fn count_bytes(
    stream: &mut TcpStream,
) -> impl ::coro::__private::Future<Output = std::io::Result<usize>> {
    if false {
        ::coro::__private::twin::check(move || -> std::io::Result<usize> {
            let stream = stream;
            {
                let mut buffer = [0; 1024];
                let mut total = 0;
                loop {
                    let read = ::coro::__private::twin::wait(stream.read(&mut buffer))?;
                    if read == 0 {
                        return Ok(total);
                    }
                    total
                        += buffer[..read].iter().filter(|byte| **byte != b'\n').count();
                }
            }
        })
    }
    /// Where the coroutine stands.
    #[repr(u8)]
    #[allow(dead_code, non_camel_case_types, clippy::all, clippy::pedantic)]
    enum __State {
        Start,
        Read,
        Running,
        Returned,
    }
    /// What it keeps while it is suspended.
    #[allow(
        dead_code,
        non_camel_case_types,
        non_snake_case,
        clippy::all,
        clippy::pedantic
    )]
    struct __Frame<Stream_, Buffer_, Total_, Read_> {
        state: __State,
        stream: ::coro::__private::Slot<Stream_>,
        buffer: ::coro::__private::Slot<Buffer_>,
        total: ::coro::__private::Slot<Total_>,
        read: ::coro::__private::Slot<Read_>,
    }
    let __frame = ::coro::__private::UnsafeCell::new(__Frame {
        state: __State::Start,
        stream: ::coro::__private::Slot::filled(stream),
        buffer: ::coro::__private::Slot::EMPTY,
        total: ::coro::__private::Slot::EMPTY,
        read: ::coro::__private::Slot::EMPTY,
    });
    #[allow(
        dangerous_implicit_autorefs,
        unreachable_code,
        unused,
        non_snake_case,
        clippy::all,
        clippy::pedantic,
        clippy::nursery,
        clippy::restriction
    )]
    unsafe {
        ::coro::__private::coroutine(
            __frame,
            |__stored, mut __resumption| {
                let __frame: *mut __Frame<_, _, _, _> = ::coro::__private::free_lifetimes(
                    __stored,
                );
                if false {
                    let mut same = __stored;
                    ::coro::__private::diverge();
                    same = __frame;
                }
                let stream = ::coro::__private::slot(&raw mut (*__frame).stream);
                let buffer = ::coro::__private::slot(&raw mut (*__frame).buffer);
                let total = ::coro::__private::slot(&raw mut (*__frame).total);
                let read = ::coro::__private::slot(&raw mut (*__frame).read);
                let __state = &raw mut (*__frame).state;
                let mut __at = ::coro::__private::enter(__state, __State::Running);
                match __at {
                    __State::Running => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Running,
                            &__resumption,
                            "count_bytes",
                            "panicking",
                        );
                    }
                    __State::Returned => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Returned,
                            &__resumption,
                            "count_bytes",
                            "completion",
                        );
                    }
                    __State::Start if __resumption.is_cancelled() => {
                        let stream_owner = ::coro::__private::owner(stream, true);
                        return ::coro::__private::cancelled();
                    }
                    _ => {}
                }
                let __output: std::io::Result<usize> = '__body: {
                    let stream_owner = ::coro::__private::owner(stream, false);
                    'to_read: {
                        match __at {
                            __State::Read => break 'to_read,
                            _ => {}
                        }
                    }
                    {
                        let buffer_owner = ::coro::__private::owner(buffer, false);
                        let total_owner = ::coro::__private::owner(total, false);
                        'to_read_2: {
                            match __at {
                                __State::Read => break 'to_read_2,
                                _ => {}
                            }
                            buffer_owner.init([0; 1024]);
                            total_owner.init(0);
                        }
                        'repeat: loop {
                            let read_owner = ::coro::__private::owner(
                                read,
                                ::coro::__private::matches!(__at, __State::Read),
                            );
                            'to_read_3: {
                                match __at {
                                    __State::Read => break 'to_read_3,
                                    _ => {}
                                }
                                read_owner
                                    .init(
                                        ::coro::__private::IntoFuture::into_future(
                                            (*stream).read(&mut (*buffer)),
                                        ),
                                    );
                            }
                            let read_2 = match __resumption.step(&read_owner) {
                                ::coro::__private::Step::Ready(value) => {
                                    __at = __State::Running;
                                    value
                                }
                                ::coro::__private::Step::Pending => {
                                    return ::coro::__private::suspend(
                                        __state,
                                        __State::Read,
                                        (stream_owner, buffer_owner, total_owner, read_owner),
                                    );
                                }
                                ::coro::__private::Step::Cancelled => {
                                    return ::coro::__private::cancelled();
                                }
                            };
                            let read = (match ::coro::__private::Attempt::branch(
                                ({ read_2 }),
                            ) {
                                ::coro::__private::ControlFlow::Continue(value) => value,
                                ::coro::__private::ControlFlow::Break(left) => {
                                    break '__body ::coro::__private::FromAttempt::from_residual(
                                        left,
                                    );
                                }
                            });
                            if read == 0 {
                                break '__body Ok(total_owner.take());
                            }
                            (*total)
                                += (*buffer)[..read]
                                    .iter()
                                    .filter(|byte| **byte != b'\n')
                                    .count();
                        }
                    }
                };
                if false {
                    ::coro::__private::diverge();
                }
                ::coro::__private::leave(__state, __State::Returned, __output)
            },
        )
    }
}
