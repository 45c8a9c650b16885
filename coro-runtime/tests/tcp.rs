//! Connections on loopback: all bytes arrive, in order, and each failure tells its cause.

mod common;

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use common::{Flag, reset_on_close, run};
use coro_runtime::net::{TcpListener, TcpStream};
use coro_runtime::time::{sleep, timeout};
use coro_runtime::{join_all, spawn, yield_now};

/// Both ends of a connection.
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap());
    let client = client.await.unwrap();
    let (server, address) = listener.accept().await.unwrap();
    assert_eq!(address, client.local_addr().unwrap());
    (client, server)
}

/// Bytes that show when some are lost or out of order.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 31 % 251) as u8).collect()
}

#[test]
fn many_clients_are_echoed_at_once() {
    run(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                spawn(async move {
                    let mut buffer = [0; 16];
                    loop {
                        match stream.read(&mut buffer).await.unwrap() {
                            0 => break,
                            count => stream.write_all(&buffer[..count]).await.unwrap(),
                        }
                    }
                });
            }
        });
        let clients = (0..200_u8).map(|number| async move {
            let stream = TcpStream::connect(address).await.unwrap();
            let sent = vec![number; 100];
            for _ in 0..10 {
                stream.write_all(&sent).await.unwrap();
                let mut back = vec![0; 100];
                stream.read_exact(&mut back).await.unwrap();
                assert_eq!(back, sent);
            }
        });
        join_all(clients).await;
        server.abort();
    });
}

#[test]
fn a_large_transfer_waits_for_room_in_both_directions() {
    run(|| async {
        let (client, server) = pair().await;
        let ends = [Arc::new(client), Arc::new(server)];
        let data = Arc::new(pattern(16 << 20));
        let mut tasks = Vec::new();
        for end in &ends {
            let (end, data) = (Arc::clone(end), Arc::clone(&data));
            tasks.push(spawn(async move {
                end.write_all(&data).await.unwrap();
                end.shutdown(Shutdown::Write).unwrap();
            }));
        }
        // Nobody reads until both have filled the buffers of the kernel.
        sleep(Duration::from_millis(10)).await;
        assert!(tasks.iter().all(|task| !task.is_finished()));
        for end in &ends {
            let (end, data) = (Arc::clone(end), Arc::clone(&data));
            tasks.push(spawn(async move {
                let mut received = Vec::new();
                let mut buffer = vec![0; 100_000];
                loop {
                    match end.read(&mut buffer).await.unwrap() {
                        0 => break,
                        count => received.extend_from_slice(&buffer[..count]),
                    }
                }
                assert!(received == *data, "bytes are missing or out of order");
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn bytes_that_come_one_by_one_are_all_read() {
    run(|| async {
        let (client, server) = pair().await;
        client.set_nodelay(true).unwrap();
        let writer = spawn(async move {
            for byte in pattern(500) {
                client.write_all(&[byte]).await.unwrap();
                yield_now().await;
            }
        });
        let mut received = vec![0; 500];
        server.read_exact(&mut received).await.unwrap();
        assert_eq!(received, pattern(500));
        writer.await.unwrap();
        let end = server.read_exact(&mut [0; 1]).await.unwrap_err();
        assert_eq!(end.kind(), ErrorKind::UnexpectedEof);
    });
}

#[test]
fn one_direction_ends_and_the_other_goes_on() {
    run(|| async {
        let (client, server) = pair().await;
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(server.read(&mut [0; 4]).await.unwrap(), 0);
        assert_eq!(server.read(&mut [0; 4]).await.unwrap(), 0);
        server.write_all(b"still here").await.unwrap();
        let mut buffer = [0; 10];
        client.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"still here");
        let error = client.write_all(b"x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_read_or_accept_that_is_given_up_loses_nothing() {
    run(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let brief = Duration::from_millis(1);
        for _ in 0..5 {
            assert!(timeout(brief, listener.accept()).await.is_err());
        }
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        for round in 0..5 {
            assert!(timeout(brief, server.read(&mut [0; 4])).await.is_err());
            client.write_all(&[round; 4]).await.unwrap();
            let mut buffer = [0; 4];
            server.read_exact(&mut buffer).await.unwrap();
            assert_eq!(buffer, [round; 4]);
        }
    });
}

#[test]
fn a_waiting_accept_is_woken_by_each_of_a_crowd() {
    run(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = spawn(async move {
            let mut streams = Vec::new();
            while streams.len() < 50 {
                streams.push(listener.accept().await.unwrap());
            }
            streams.len()
        });
        yield_now().await;
        // All at once from another thread, so that one event stands for many of them.
        let clients = thread::spawn(move || {
            let connect = |_| std::net::TcpStream::connect(address).unwrap();
            (0..50).map(connect).collect::<Vec<_>>()
        });
        assert_eq!(acceptor.await.unwrap(), 50);
        clients.join().unwrap();
    });
}

#[test]
fn a_refused_connection_is_an_error() {
    run(|| async {
        let address = {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap()
        };
        let error = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        // The second address of a list is tried when the first one refuses.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let both = [address, listener.local_addr().unwrap()];
        let stream = TcpStream::connect(both.as_slice()).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), both[1]);
        let none: &[std::net::SocketAddr] = &[];
        assert!(TcpStream::connect(none).await.is_err());
    });
}

#[test]
fn an_address_in_use_is_an_error() {
    run(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let error = TcpListener::bind(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        drop(listener);
        TcpListener::bind(address).await.unwrap();
    });
}

#[test]
fn a_reset_is_an_error_for_who_waits_and_who_comes_later() {
    run(|| async {
        let (client, server) = pair().await;
        let client = Arc::new(client);
        let reader = Arc::clone(&client);
        let waiting = spawn(async move { reader.read(&mut [0; 4]).await });
        yield_now().await;
        reset_on_close(&server);
        drop(server);
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        let error = client.write_all(b"x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert_eq!(client.read(&mut [0; 4]).await.unwrap(), 0);
    });
}

#[test]
fn a_reset_ends_a_write_that_waits_for_room() {
    run(|| async {
        let (client, server) = pair().await;
        let writer = spawn(async move { client.write_all(&pattern(64 << 20)).await });
        sleep(Duration::from_millis(5)).await;
        assert!(!writer.is_finished());
        reset_on_close(&server);
        drop(server);
        let error = writer.await.unwrap().unwrap_err();
        let kinds = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
        assert!(kinds.contains(&error.kind()), "{error}");
    });
}

#[test]
fn names_are_looked_up_and_unknown_ones_are_errors() {
    run(|| async {
        let listener = TcpListener::bind(("localhost", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        TcpStream::connect(format!("localhost:{port}"))
            .await
            .unwrap();
        assert!(TcpStream::connect("name.invalid:80").await.is_err());
        let error = TcpStream::connect("nonsense").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    });
}

#[test]
fn a_socket_of_std_is_taken_over() {
    run(|| async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, receiver) = mpsc::channel();
        let peer = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            receiver.recv().unwrap();
            stream.write_all(b"slow").unwrap();
            let mut all = Vec::new();
            stream.read_to_end(&mut all).unwrap();
            all
        });
        let stream = std::net::TcpStream::connect(address).unwrap();
        let stream = TcpStream::from_std(stream).unwrap();
        let flag = Flag::default();
        let waits = flag.clone();
        let reader = spawn(async move {
            waits.raise();
            let mut buffer = [0; 4];
            stream.read_exact(&mut buffer).await.unwrap();
            stream.write_all(&buffer).await.unwrap();
        });
        flag.await;
        sender.send(()).unwrap();
        reader.await.unwrap();
        assert_eq!(peer.join().unwrap(), b"slow");
    });
}
