//! What sockets need and `std` lacks: connecting and accepting without blocking.

use std::io;
use std::mem::{self, MaybeUninit};
use std::net::{
    Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, TcpListener, TcpStream,
};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use crate::check;
use crate::fault::{self, Call};

/// Starts to connect to `address`, and returns a non-blocking socket at once.
///
/// The outcome is known when the socket becomes writable:
/// [`TcpStream::take_error`] then tells it.
///
/// # Errors
///
/// What is known at once: `EMFILE`, `ENETUNREACH`, `EADDRNOTAVAIL`, and on loopback often
/// `ECONNREFUSED`.
///
/// # Examples
///
/// ```
/// use coro_sys::{Events, Interest, Mode, Poll, Token, socket};
///
/// # fn main() -> std::io::Result<()> {
/// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// let stream = socket::connect(listener.local_addr()?)?;
///
/// let poll = Poll::new()?;
/// poll.registry().register(&stream, Token(0), Interest::WRITABLE, Mode::OneShot)?;
/// let mut events = Events::with_capacity(1);
/// poll.poll(&mut events, None)?;
/// assert!(stream.take_error()?.is_none());
/// # Ok(())
/// # }
/// ```
pub fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = open(address)?;
    let raw = RawAddress::new(address);
    // SAFETY: the pointer and length describe the address that `raw` holds, which outlives
    // the call; the kernel only reads it.
    let result = check(unsafe { libc::connect(socket.as_raw_fd(), raw.pointer(), raw.length) });
    match fault::connected(result) {
        Ok(_) => Ok(TcpStream::from(socket)),
        Err(error) => match error.raw_os_error() {
            // An interrupted connection attempt goes on by itself, like a non-blocking one.
            Some(libc::EINPROGRESS | libc::EINTR) => Ok(TcpStream::from(socket)),
            _ => Err(error),
        },
    }
}

/// Listens on `address` with a non-blocking socket that queues up to `backlog` connections.
///
/// The address can be reused at once after the process ends (`SO_REUSEADDR`). The kernel
/// caps the backlog at `net.core.somaxconn`.
///
/// # Errors
///
/// `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `EMFILE`.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let listener = coro_sys::socket::listen("127.0.0.1:0".parse().unwrap(), 128)?;
/// assert_ne!(listener.local_addr()?.port(), 0);
/// # Ok(())
/// # }
/// ```
pub fn listen(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = open(address)?;
    let enabled: libc::c_int = 1;
    // SAFETY: the option's value is one `c_int`, which outlives the call.
    check(unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_REUSEADDR,
            (&raw const enabled).cast(),
            mem::size_of::<libc::c_int>() as libc::socklen_t,
        )
    })?;
    let raw = RawAddress::new(address);
    // SAFETY: the pointer and length describe the address that `raw` holds, which outlives
    // the call; the kernel only reads it.
    check(unsafe { libc::bind(socket.as_raw_fd(), raw.pointer(), raw.length) })?;
    let backlog = libc::c_int::try_from(backlog).unwrap_or(libc::c_int::MAX);
    // SAFETY: the call takes two numbers and touches no memory of ours.
    check(unsafe { libc::listen(socket.as_raw_fd(), backlog) })?;
    Ok(TcpListener::from(socket))
}

/// Accepts a connection as a non-blocking socket, in one system call.
///
/// # Errors
///
/// `EAGAIN` when `listener` is non-blocking and nobody waits, `EMFILE`, `ENFILE`,
/// `ECONNABORTED`.
///
/// # Examples
///
/// ```
/// use coro_sys::socket;
///
/// # fn main() -> std::io::Result<()> {
/// let listener = socket::listen("127.0.0.1:0".parse().unwrap(), 128)?;
/// let error = socket::accept(&listener).unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
///
/// let client = std::net::TcpStream::connect(listener.local_addr()?)?;
/// let (stream, address) = socket::accept(&listener)?;
/// assert_eq!(address, client.local_addr()?);
/// # drop(stream);
/// # Ok(())
/// # }
/// ```
pub fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    loop {
        let mut storage = MaybeUninit::<libc::sockaddr_storage>::zeroed();
        let mut length = mem::size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        let allowed = fault::limit(Call::Accept, listener.as_fd(), 0);
        let result = allowed.and_then(|_| {
            // SAFETY: the kernel writes at most `length` bytes to `storage`, which has that many,
            // and the address's true length to `length`.
            check(unsafe {
                libc::accept4(
                    listener.as_raw_fd(),
                    storage.as_mut_ptr().cast(),
                    &mut length,
                    libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK,
                )
            })
        });
        let fd = match result {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => result?,
        };
        // SAFETY: the kernel has just opened `fd` for us, so nobody else owns it.
        let socket = unsafe { OwnedFd::from_raw_fd(fd) };
        // SAFETY: all-zero bytes are a valid `sockaddr_storage`, and the kernel has written
        // only valid ones over them.
        let address = decode(&unsafe { storage.assume_init() })?;
        return Ok((TcpStream::from(socket), address));
    }
}

/// A non-blocking TCP socket of the family of `address`.
fn open(address: SocketAddr) -> io::Result<OwnedFd> {
    let family = match address {
        SocketAddr::V4(_) => libc::AF_INET,
        SocketAddr::V6(_) => libc::AF_INET6,
    };
    let kind = libc::SOCK_STREAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
    // SAFETY: the call takes three numbers and touches no memory of ours.
    let fd = check(unsafe { libc::socket(family, kind, 0) })?;
    // SAFETY: the kernel has just opened `fd` for us, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// An address as the kernel reads it. `length` tells which member is in use.
struct RawAddress {
    address: RawAddressUnion,
    length: libc::socklen_t,
}

#[repr(C)]
union RawAddressUnion {
    v4: libc::sockaddr_in,
    v6: libc::sockaddr_in6,
}

impl RawAddress {
    fn new(address: SocketAddr) -> RawAddress {
        match address {
            SocketAddr::V4(address) => RawAddress {
                address: RawAddressUnion {
                    v4: libc::sockaddr_in {
                        sin_family: libc::AF_INET as libc::sa_family_t,
                        sin_port: address.port().to_be(),
                        sin_addr: libc::in_addr {
                            s_addr: u32::from_ne_bytes(address.ip().octets()),
                        },
                        sin_zero: [0; 8],
                    },
                },
                length: mem::size_of::<libc::sockaddr_in>() as libc::socklen_t,
            },
            SocketAddr::V6(address) => RawAddress {
                address: RawAddressUnion {
                    v6: libc::sockaddr_in6 {
                        sin6_family: libc::AF_INET6 as libc::sa_family_t,
                        sin6_port: address.port().to_be(),
                        sin6_flowinfo: address.flowinfo(),
                        sin6_addr: libc::in6_addr {
                            s6_addr: address.ip().octets(),
                        },
                        sin6_scope_id: address.scope_id(),
                    },
                },
                length: mem::size_of::<libc::sockaddr_in6>() as libc::socklen_t,
            },
        }
    }

    fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.address).cast()
    }
}

fn decode(storage: &libc::sockaddr_storage) -> io::Result<SocketAddr> {
    let pointer = &raw const *storage;
    match libc::c_int::from(storage.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says that the kernel wrote a `sockaddr_in`, and the storage
            // is large enough and aligned for every family.
            let address = unsafe { &*pointer.cast::<libc::sockaddr_in>() };
            Ok(SocketAddr::V4(SocketAddrV4::new(
                Ipv4Addr::from(address.sin_addr.s_addr.to_ne_bytes()),
                u16::from_be(address.sin_port),
            )))
        }
        libc::AF_INET6 => {
            // SAFETY: the family says that the kernel wrote a `sockaddr_in6`, and the storage
            // is large enough and aligned for every family.
            let address = unsafe { &*pointer.cast::<libc::sockaddr_in6>() };
            Ok(SocketAddr::V6(SocketAddrV6::new(
                Ipv6Addr::from(address.sin6_addr.s6_addr),
                u16::from_be(address.sin6_port),
                address.sin6_flowinfo,
                address.sin6_scope_id,
            )))
        }
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the peer's address is neither IPv4 nor IPv6",
        )),
    }
}
