//! Level, edge and one-shot; tokens; time-outs; errors.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use coro_sys::{Event, Events, Interest, Mode, Poll, Timer, Token, Waker};

const NOW: Option<Duration> = Some(Duration::ZERO);
const SECOND: Option<Duration> = Some(Duration::from_secs(1));

fn watched(interest: Interest, mode: Mode) -> (Poll, Events, UnixStream, UnixStream) {
    let poll = Poll::new().unwrap();
    let (near, far) = UnixStream::pair().unwrap();
    far.set_nonblocking(true).unwrap();
    poll.registry()
        .register(&far, Token(9), interest, mode)
        .unwrap();
    (poll, Events::with_capacity(8), near, far)
}

fn polled(poll: &Poll, events: &mut Events, timeout: Option<Duration>) -> Vec<Event> {
    poll.poll(events, timeout).unwrap();
    events.iter().collect()
}

#[test]
fn level_reports_until_it_is_read() {
    let (poll, mut events, mut near, mut far) = watched(Interest::READABLE, Mode::Level);
    assert_eq!(polled(&poll, &mut events, NOW).len(), 0);
    near.write_all(b"ab").unwrap();
    for _ in 0..3 {
        assert_eq!(polled(&poll, &mut events, SECOND).len(), 1);
    }
    far.read_exact(&mut [0; 2]).unwrap();
    assert_eq!(polled(&poll, &mut events, NOW).len(), 0);
}

#[test]
fn edge_reports_each_arrival_once() {
    let (poll, mut events, mut near, _far) = watched(Interest::READABLE, Mode::Edge);
    for _ in 0..3 {
        near.write_all(b"a").unwrap();
        assert_eq!(polled(&poll, &mut events, SECOND).len(), 1);
        assert_eq!(polled(&poll, &mut events, NOW).len(), 0);
    }
}

#[test]
fn one_shot_is_silent_until_it_is_armed_again() {
    let (poll, mut events, mut near, far) = watched(Interest::READABLE, Mode::OneShot);
    near.write_all(b"a").unwrap();
    assert_eq!(polled(&poll, &mut events, SECOND).len(), 1);
    near.write_all(b"b").unwrap();
    assert_eq!(polled(&poll, &mut events, NOW).len(), 0);
    poll.registry()
        .reregister(&far, Token(10), Interest::READABLE, Mode::OneShot)
        .unwrap();
    let seen = polled(&poll, &mut events, SECOND);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].token(), Token(10));
}

#[test]
fn readable_and_writable_are_told_apart() {
    let both = Interest::READABLE | Interest::WRITABLE;
    let (poll, mut events, mut near, _far) = watched(both, Mode::Level);
    let seen = polled(&poll, &mut events, SECOND);
    assert!(seen[0].is_writable() && !seen[0].is_readable());
    near.write_all(b"a").unwrap();
    let seen = polled(&poll, &mut events, SECOND);
    assert!(seen[0].is_writable() && seen[0].is_readable());
}

#[test]
fn a_closed_peer_is_reported() {
    let (poll, mut events, near, _far) = watched(Interest::NONE, Mode::Level);
    assert_eq!(polled(&poll, &mut events, NOW).len(), 0);
    drop(near);
    let seen = polled(&poll, &mut events, SECOND);
    assert!(seen[0].is_read_closed() && seen[0].is_write_closed());
    assert!(seen[0].is_readable() && seen[0].is_writable());
}

#[test]
fn what_does_not_fit_follows() {
    let poll = Poll::new().unwrap();
    let pairs: Vec<_> = (0..5).map(|_| UnixStream::pair().unwrap()).collect();
    for (index, (near, far)) in pairs.iter().enumerate() {
        poll.registry()
            .register(far, Token(index as u64), Interest::READABLE, Mode::Edge)
            .unwrap();
        (&*near).write_all(b"x").unwrap();
    }
    let mut events = Events::with_capacity(2);
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.extend(polled(&poll, &mut events, SECOND).iter().map(Event::token));
    }
    tokens.sort();
    assert_eq!(tokens, [0, 1, 2, 3, 4].map(Token));
}

#[test]
fn a_timeout_is_exact_to_a_fraction_of_a_millisecond() {
    let poll = Poll::new().unwrap();
    let mut events = Events::with_capacity(1);
    let wanted = Duration::from_micros(300);
    // A busy machine may be late many times, but not always.
    let is_exact = (0..1000).any(|_| {
        let start = Instant::now();
        poll.poll(&mut events, Some(wanted)).unwrap();
        let elapsed = start.elapsed();
        assert!(elapsed >= wanted, "{elapsed:?} is too early");
        elapsed < Duration::from_millis(1)
    });
    assert!(is_exact);
}

#[test]
fn a_timer_goes_off_once_for_each_setting_without_being_read() {
    let poll = Poll::new().unwrap();
    let timer = Timer::new(poll.registry(), Token(1)).unwrap();
    let mut events = Events::with_capacity(1);
    for _ in 0..3 {
        timer.set(Some(Duration::from_micros(200))).unwrap();
        assert_eq!(polled(&poll, &mut events, SECOND).len(), 1);
        assert_eq!(polled(&poll, &mut events, NOW).len(), 0);
    }
    timer.set(Some(Duration::ZERO)).unwrap();
    assert_eq!(polled(&poll, &mut events, SECOND).len(), 1);
    timer.set(Some(Duration::from_millis(5))).unwrap();
    timer.set(None).unwrap();
    let later = Some(Duration::from_millis(20));
    assert_eq!(polled(&poll, &mut events, later).len(), 0);
    timer.set(Some(Duration::MAX)).unwrap();
    assert_eq!(polled(&poll, &mut events, NOW).len(), 0);
}

#[test]
fn wakes_cross_threads_and_merge() {
    let poll = Poll::new().unwrap();
    let waker = Waker::new(poll.registry(), Token(3)).unwrap();
    let mut events = Events::with_capacity(8);
    waker.wake().unwrap();
    waker.wake().unwrap();
    let seen = polled(&poll, &mut events, NOW);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].token(), Token(3));
    assert_eq!(polled(&poll, &mut events, NOW).len(), 0);
    for _ in 0..1000 {
        std::thread::scope(|scope| {
            scope.spawn(|| waker.wake().unwrap());
            assert_eq!(polled(&poll, &mut events, None).len(), 1);
        });
    }
}

#[test]
fn a_full_waker_is_drained_and_still_wakes() {
    use std::os::fd::{AsFd, AsRawFd};
    let poll = Poll::new().unwrap();
    let waker = Waker::new(poll.registry(), Token(3)).unwrap();
    let mut events = Events::with_capacity(8);
    let largest = u64::MAX - 1;
    // SAFETY: the pointer and length describe `largest`, which outlives the call.
    let written = unsafe { libc::write(waker.as_fd().as_raw_fd(), (&raw const largest).cast(), 8) };
    assert_eq!(written, 8);
    assert_eq!(polled(&poll, &mut events, SECOND).len(), 1);
    waker.wake().unwrap();
    assert_eq!(polled(&poll, &mut events, SECOND).len(), 1);
}

#[test]
fn misuse_is_an_error() {
    let (poll, _, _near, far) = watched(Interest::READABLE, Mode::Edge);
    let registry = poll.registry();
    let again = registry.register(&far, Token(0), Interest::READABLE, Mode::Edge);
    assert_eq!(again.unwrap_err().raw_os_error(), Some(libc::EEXIST));
    registry.deregister(&far).unwrap();
    let gone = registry.deregister(&far);
    assert_eq!(gone.unwrap_err().raw_os_error(), Some(libc::ENOENT));
    let file = std::fs::File::open("/proc/self/exe").unwrap();
    let regular = registry.register(&file, Token(0), Interest::READABLE, Mode::Edge);
    assert_eq!(regular.unwrap_err().raw_os_error(), Some(libc::EPERM));
}

#[test]
fn a_refused_connection_is_told() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let error = match coro_sys::socket::connect(address) {
        Err(error) => error,
        Ok(stream) => {
            let poll = Poll::new().unwrap();
            poll.registry()
                .register(&stream, Token(0), Interest::WRITABLE, Mode::Edge)
                .unwrap();
            assert_eq!(
                polled(&poll, &mut Events::with_capacity(1), SECOND).len(),
                1
            );
            stream.take_error().unwrap().unwrap()
        }
    };
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[test]
fn addresses_survive_the_round_trip() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let Ok(listener) = coro_sys::socket::listen(address.parse().unwrap(), 8) else {
            eprintln!("{address} is not available here");
            continue;
        };
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, peer) = coro_sys::socket::accept(&listener).unwrap();
        assert_eq!(peer, client.local_addr().unwrap());
        assert_eq!(stream.local_addr().unwrap(), client.peer_addr().unwrap());
        let taken = coro_sys::socket::listen(listener.local_addr().unwrap(), 8);
        assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    }
}
