// Loads a server's and a client's PKCS#12 stores as Flink does and shakes hands between them, client certificate
// required, without sockets. Prints one line: "ok PROTOCOL SUITE SERVER-ALIASES TRUSTED-ALIASES", or "failed REASON"
// with exit code 1.
//
// Arguments: PROTOCOL, then for the server and the client each: keystore, its password file, truststore, its password file.

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

public class MutualTls {
    public static void main(String[] args) throws Exception {
        String protocol = args[0];
        SSLEngine server = context(args, 1).createSSLEngine();
        server.setUseClientMode(false);
        server.setNeedClientAuth(true);
        SSLEngine client = context(args, 5).createSSLEngine();
        client.setUseClientMode(true);
        server.setEnabledProtocols(new String[] {protocol});
        client.setEnabledProtocols(new String[] {protocol});
        try {
            shakeHands(server, client);
        } catch (SSLException e) {
            System.out.println("failed " + e.getMessage());
            System.exit(1);
        }
        System.out.println("ok " + client.getSession().getProtocol() + " " + client.getSession().getCipherSuite()
                + " " + String.join(",", Collections.list(load(args[1], args[2]).aliases()))
                + " " + String.join(",", Collections.list(load(args[3], args[4]).aliases())));
    }

    private static KeyStore load(String file, String passwordFile) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            store.load(in, password(passwordFile));
        }
        return store;
    }

    private static char[] password(String file) throws Exception {
        return Files.readString(Path.of(file)).strip().toCharArray();
    }

    private static SSLContext context(String[] args, int at) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(args[at], args[at + 1]), password(args[at + 1]));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(load(args[at + 2], args[at + 3]));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static void shakeHands(SSLEngine server, SSLEngine client) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 17);
        client.beginHandshake();
        server.beginHandshake();
        for (int round = 0; round < 1000; round++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
            if (done(client) && done(server) && toServer.position() == 0 && toClient.position() == 0) {
                return;
            }
        }
        throw new SSLException("no end after 1000 rounds: " + client.getHandshakeStatus() + ", "
                + server.getHandshakeStatus());
    }

    private static boolean done(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        ByteBuffer plain = ByteBuffer.allocate(1 << 16);
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK:
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                break;
            case NEED_WRAP:
                engine.wrap(ByteBuffer.allocate(0), out);
                break;
            default:
                in.flip();
                if (in.hasRemaining()) {
                    engine.unwrap(in, plain);
                }
                in.compact();
        }
    }
}
