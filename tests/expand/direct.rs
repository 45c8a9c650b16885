//! `direct`: the source once more, as a plain function that waits where it is called.
use coro::runtime::net::TcpStream;

/// The first byte that comes.
#[coro::coroutine(direct = first_byte_directly)]
fn first_byte(stream: &TcpStream) -> std::io::Result<Option<u8>> {
    let mut buffer = [0; 1];
    let read = wait!(stream.read(&mut buffer))?;
    Ok((read == 1).then_some(buffer[0]))
}
