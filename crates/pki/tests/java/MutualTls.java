// Loads a server's and a client's stores as Flink does and shakes hands between them, client certificate required,
// without sockets. Prints one line a protocol: "ok PROTOCOL SUITE SERVER-ALIASES TRUSTED-ALIASES", or "failed REASON";
// after any failure the exit code is 1.
//
// Arguments: PROTOCOL[,PROTOCOL], then for the server and the client each: keystore, its password file, truststore, its
// password file. A password file of the form STORE+KEY, two paths, gives the key a password of its own. A keystore
// that ends with .pem is a chain in PEM, with its key beside it under .key, and has no password (give "-"); so has a
// truststore in PEM. "@FILE" instead of arguments: a line of arguments for each case, separated by tabs.

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

public class MutualTls {
    public static void main(String[] args) throws Exception {
        boolean good = true;
        if (args[0].startsWith("@")) {
            for (String line : Files.readAllLines(Path.of(args[0].substring(1)))) {
                good &= run(line.split("\t"));
            }
        } else {
            good = run(args);
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean run(String[] args) {
        boolean good = true;
        for (String protocol : args[0].split(",")) {
            try {
                System.out.println("ok " + shakeHands(protocol, args));
            } catch (Exception e) {
                System.out.println("failed " + (e instanceof SSLException ? e.getMessage() : e.toString()));
                good = false;
            }
        }
        return good;
    }

    private static String shakeHands(String protocol, String[] args) throws Exception {
        SSLEngine server = context(args, 1).createSSLEngine();
        server.setUseClientMode(false);
        server.setNeedClientAuth(true);
        SSLEngine client = context(args, 5).createSSLEngine();
        client.setUseClientMode(true);
        server.setEnabledProtocols(new String[] {protocol});
        client.setEnabledProtocols(new String[] {protocol});
        shakeHands(server, client);
        return client.getSession().getProtocol() + " " + client.getSession().getCipherSuite()
                + " " + String.join(",", Collections.list(load(args[1], args[2]).aliases()))
                + " " + String.join(",", Collections.list(load(args[3], args[4]).aliases()));
    }

    private static KeyStore load(String file, String passwordFile) throws Exception {
        if (file.endsWith(".pem")) {
            return loadPem(Path.of(file));
        }
        KeyStore store = KeyStore.getInstance(file.endsWith(".jks") ? "JKS" : "PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            store.load(in, password(passwordFile.split("\\+")[0]));
        }
        return store;
    }

    private static KeyStore loadPem(Path file) throws Exception {
        Collection<? extends Certificate> all;
        try (InputStream in = Files.newInputStream(file)) {
            all = CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Path keyFile = Path.of(file.toString().replaceFirst("\\.pem$", ".key"));
        if (Files.exists(keyFile)) {
            Certificate[] chain = all.toArray(new Certificate[0]);
            String text = Files.readString(keyFile).replaceAll("-----[A-Z ]+-----|\\s", "");
            PrivateKey key = KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
            store.setKeyEntry("pem", key, password("-"), chain);
        } else {
            int number = 0;
            for (Certificate certificate : all) {
                store.setCertificateEntry("pem-" + number++, certificate);
            }
        }
        return store;
    }

    private static char[] password(String file) throws Exception {
        return file.equals("-") ? "in memory".toCharArray() : Files.readString(Path.of(file)).strip().toCharArray();
    }

    private static SSLContext context(String[] args, int at) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        String[] files = args[at + 1].split("\\+");
        keys.init(load(args[at], args[at + 1]), password(files[files.length - 1]));
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
