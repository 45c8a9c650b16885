//! Bad, full and leaked descriptors. One test in a process of its own: it counts what is
//! open and lowers the limit.

use std::os::fd::{AsFd, BorrowedFd};

use coro_sys::{Interest, Mode, Poll, Timer, Token, Waker, socket};

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn set_limit(limit: libc::rlim_t) {
    let mut limits = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the kernel writes to and reads from `limits`, which outlives both calls.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limits), 0);
        limits.rlim_cur = limit.min(limits.rlim_max);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limits), 0);
    }
}

#[test]
fn descriptors_are_checked_and_returned() {
    let before = open_descriptors();

    for _ in 0..100 {
        let poll = Poll::new().unwrap();
        let _waker = Waker::new(poll.registry(), Token(0)).unwrap();
        let _timer = Timer::new(poll.registry(), Token(0)).unwrap();
        let listener = socket::listen("127.0.0.1:0".parse().unwrap(), 8).unwrap();
        let _client = socket::connect(listener.local_addr().unwrap()).unwrap();
        let _server = socket::accept(&listener).unwrap();
    }
    assert_eq!(open_descriptors(), before);

    let poll = Poll::new().unwrap();
    // SAFETY: no descriptor of this number is open, which is what the kernel is to find.
    let bad = unsafe { BorrowedFd::borrow_raw(9999) };
    let result = poll
        .registry()
        .register(&bad, Token(0), Interest::READABLE, Mode::Level);
    assert_eq!(result.unwrap_err().raw_os_error(), Some(libc::EBADF));
    // Waiting on something that is no epoll instance.
    let mut events = [coro_sys::epoll::RawEvent { events: 0, u64: 0 }; 1];
    let standard = std::io::stdin();
    let result = coro_sys::epoll::wait(standard.as_fd(), &mut events, None);
    assert_eq!(result.unwrap_err().raw_os_error(), Some(libc::EINVAL));

    let listener = socket::listen("127.0.0.1:0".parse().unwrap(), 8).unwrap();
    let address = listener.local_addr().unwrap();
    let client = std::net::TcpStream::connect(address).unwrap();
    // Nothing above the highest open descriptor can be opened from here on; fill the holes.
    let mut fillers = Vec::new();
    set_limit(64);
    while let Ok(file) = std::fs::File::open("/dev/null") {
        fillers.push(file);
    }
    let full = Some(libc::EMFILE);
    assert_eq!(Poll::new().unwrap_err().raw_os_error(), full);
    assert_eq!(
        Waker::new(poll.registry(), Token(0))
            .unwrap_err()
            .raw_os_error(),
        full
    );
    assert_eq!(
        Timer::new(poll.registry(), Token(0))
            .unwrap_err()
            .raw_os_error(),
        full
    );
    assert_eq!(socket::accept(&listener).unwrap_err().raw_os_error(), full);
    assert_eq!(socket::connect(address).unwrap_err().raw_os_error(), full);
    let any = "127.0.0.1:0".parse().unwrap();
    assert_eq!(socket::listen(any, 8).unwrap_err().raw_os_error(), full);
    drop(fillers);
    socket::accept(&listener).unwrap();

    drop((poll, listener, client));
    assert_eq!(open_descriptors(), before);
}
