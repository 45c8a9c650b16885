//! `direct`: the source once more, as a plain function that waits where it is called.
use coro::runtime::net::TcpStream;
/// The first byte that comes.
#[allow(mismatched_lifetime_syntaxes)]
fn first_byte(
    stream: &TcpStream,
) -> impl ::coro::__private::Future<Output = std::io::Result<Option<u8>>> {
    #[allow(unused_imports)]
    use ::coro::__private as __coro;
    let __type = __coro::twin::output();
    #[allow(
        clippy::manual_map,
        clippy::option_if_let_else,
        clippy::question_mark,
        clippy::manual_let_else,
        clippy::match_single_binding
    )]
    if false {
        __coro::twin::check(
            &__type,
            move || -> std::io::Result<Option<u8>> {
                let stream = stream;
                let output: std::io::Result<Option<u8>> = '__body: {
                    let mut buffer = [0; 1];
                    let read = ({
                        ::coro::runtime::fiber::direct::wait
                    })(stream.read(&mut buffer))?;
                    Ok((read == 1).then_some(buffer[0]))
                };
                #[allow(unreachable_code, clippy::needless_return)] return output;
            },
        )
    }
    #[allow(
        warnings,
        dangerous_implicit_autorefs,
        let_underscore,
        unreachable_code,
        unused,
        unused_qualifications,
        non_snake_case,
        clippy::all,
        clippy::pedantic,
        clippy::nursery,
        clippy::restriction
    )]
    unsafe {
        /// Where the coroutine stands.
        #[repr(u8)]
        enum __State {
            Start,
            Read,
            Panicked,
            Returned,
        }
        /// What it keeps while it is suspended.
        struct __Frame<Stream_, Buffer_, Read_> {
            state: __State,
            stream: __coro::Slot<Stream_>,
            buffer: __coro::Slot<Buffer_>,
            read: __coro::Slot<Read_>,
        }
        impl<Stream_, Buffer_, Read_> __coro::Frame
        for __Frame<Stream_, Buffer_, Read_> {
            unsafe fn has_ended(frame: *const Self) -> bool {
                unsafe {
                    __coro::matches!(
                        (*frame).state,
                        __State::Panicked | __State::Returned
                    )
                }
            }
        }
        unsafe impl<
            Stream_: __coro::Send,
            Buffer_: __coro::Send,
            Read_: __coro::Send,
        > __coro::Send for __Frame<Stream_, Buffer_, Read_> {}
        let __frame = __coro::UnsafeCell::new(__Frame {
            state: __State::Start,
            stream: __coro::Slot::filled(stream),
            buffer: __coro::Slot { empty: () },
            read: __coro::Slot { empty: () },
        });
        __coro::coroutine(
            __type,
            __frame,
            |
                __stored,
                mut __resumption,
            | -> __coro::Resumed<_, std::io::Result<Option<u8>>> {
                __coro::Resumed(
                    '__poll: {
                        let __frame = __stored as *mut __Frame<_, _, _>;
                        if false {
                            __coro::diverge();
                            return __coro::of_frame(__frame);
                        }
                        let stream = __coro::slot(&raw mut (*__frame).stream);
                        let buffer = __coro::slot(&raw mut (*__frame).buffer);
                        let read = __coro::slot(&raw mut (*__frame).read);
                        let mut __at = __coro::read(&raw const (*__frame).state) as u8;
                        if __at >= __State::Panicked as u8 {
                            if __resumption.is_cancelled() {
                                break '__poll __coro::Poll::Pending;
                            }
                            __coro::polled_again(
                                "first_byte",
                                __at == __State::Panicked as u8,
                            );
                        }
                        let __running = __coro::running(
                            &raw mut (*__frame).state as *mut u8,
                            __State::Panicked as u8,
                        );
                        if __resumption.is_cancelled() & (__at == __State::Start as u8) {
                            break '__poll __coro::Poll::Pending;
                        }
                        let __output: std::io::Result<Option<u8>> = '__body: {
                            {
                                let buffer_owner = __coro::plain(buffer);
                                let read_owner = __coro::owner(
                                    read,
                                    __coro::is_at(__at, __State::Read as u8),
                                );
                                'to_read: {
                                    if __coro::is_at(__at, __State::Read as u8) {
                                        break 'to_read;
                                    }
                                    buffer_owner.init([0; 1]);
                                    read_owner
                                        .init(
                                            ({ __coro::twin::awaited })((*stream).read(&mut (*buffer))),
                                        );
                                }
                                let read_2 = (
                                    match ({ __coro::step })(&mut __resumption, &read_owner) {
                                        __coro::Step::Ready(value) => {
                                            __at = __State::Start as u8;
                                            ({ __coro::output })(value)
                                        }
                                        __coro::Step::Pending => {
                                            read_owner.keep();
                                            break '__poll __coro::suspend(
                                                &__running,
                                                __State::Read as u8,
                                            );
                                        }
                                        __coro::Step::Cancelled => {
                                            break '__poll __coro::Poll::Pending;
                                        }
                                    },
                                );
                                let read = (match ({
                                    __coro::Attempt::branch
                                })((read_2).0) {
                                    __coro::ControlFlow::Continue(value) => value,
                                    __coro::ControlFlow::Break(left) => {
                                        break '__body ({ __coro::FromAttempt::from_residual })(left);
                                    }
                                });
                                Ok((read == 1).then_some((*buffer)[0]))
                            }
                        };
                        __coro::leave(&__running, __State::Returned as u8, __output)
                    },
                    __coro::PhantomData,
                )
            },
        )
    }
}
#[allow(
    clippy::manual_map,
    clippy::option_if_let_else,
    clippy::question_mark,
    clippy::manual_let_else,
    clippy::match_single_binding
)]
#[allow(
    unreachable_code,
    unused_assignments,
    unused_must_use,
    unused_mut,
    unused_variables
)]
/// The first byte that comes.
///
/// In direct style: where `first_byte` suspends, this parks the thread or suspends the fiber that calls it. In a task of a runtime that is no fiber it panics.
fn first_byte_directly(stream: &TcpStream) -> std::io::Result<Option<u8>> {
    #[allow(unused_imports)]
    use ::coro::__private as __coro;
    let stream = stream;
    let output: std::io::Result<Option<u8>> = '__body: {
        let mut buffer = [0; 1];
        let read = ({ ::coro::runtime::fiber::direct::wait })(stream.read(&mut buffer))?;
        Ok((read == 1).then_some(buffer[0]))
    };
    #[allow(unreachable_code, clippy::needless_return)] return output;
}
