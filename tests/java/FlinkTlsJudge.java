import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Paths;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.runtime.io.network.netty.SSLHandlerFactory;
import org.apache.flink.runtime.net.SSLUtils;
import org.apache.flink.runtime.security.SecurityConfiguration;
import org.apache.flink.shaded.netty4.io.netty.buffer.UnpooledByteBufAllocator;

/**
 * What a real Flink makes of a configuration: its own reader, its own set-up of TLS and Kerberos, Java's own handshake, without the
 * processes around them. Each line of the file is "name, conf directory of the server, of its peer, of a REST client, host"
 * between tabs; each answer "name, internal, REST, Kerberos".
 */
public final class FlinkTlsJudge {
    private static final int MAX_TURNS = 64;

    public static void main(String[] args) throws Exception {
        for (String line : Files.readAllLines(Paths.get(args[0]))) {
            String[] field = line.split("\t");
            String tls = judge(field, true) + "\t" + judge(field, false);
            System.out.println(field[0] + "\t" + tls + "\t" + kerberos(field[1]));
        }
    }

    /** What a process checks before it logs in, which it does only where somebody asks for it. */
    private static String kerberos(String conf) {
        try {
            new SecurityConfiguration(GlobalConfiguration.loadConfiguration(conf));
            return "ok";
        } catch (Throwable refused) {
            return "fails: " + causes(refused);
        }
    }

    private static String judge(String[] field, boolean internal) {
        Configuration server;
        Configuration client;
        try {
            server = GlobalConfiguration.loadConfiguration(field[1]);
            client = GlobalConfiguration.loadConfiguration(field[internal ? 2 : 3]);
        } catch (Throwable refused) {
            return "unreadable: " + causes(refused);
        }
        boolean on = internal
            ? SecurityOptions.isInternalSSLEnabled(server)
            : SecurityOptions.isRestSSLEnabled(server);
        if (!on) {
            return "off";
        }
        try {
            SSLHandlerFactory serving = internal
                ? SSLUtils.createInternalServerSSLEngineFactory(server)
                : SSLUtils.createRestServerSSLEngineFactory(server);
            SSLHandlerFactory asking = internal
                ? SSLUtils.createInternalClientSSLEngineFactory(client)
                : SSLUtils.createRestClientSSLEngineFactory(client);
            SSLEngine one = serving.createNettySSLHandler(UnpooledByteBufAllocator.DEFAULT).engine();
            SSLEngine other =
                asking.createNettySSLHandler(UnpooledByteBufAllocator.DEFAULT, field[4], 8081).engine();
            return "ok " + shakeHands(one, other);
        } catch (Throwable failed) {
            return "fails: " + causes(failed);
        }
    }

    /** Both engines speak in memory until neither is shaking hands; then a byte goes each way, which TLS 1.3 needs. */
    private static String shakeHands(SSLEngine server, SSLEngine client) throws Exception {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 17);
        client.beginHandshake();
        server.beginHandshake();
        for (int turn = 0; turn < MAX_TURNS; turn++) {
            speak(client, toServer, toClient);
            speak(server, toClient, toServer);
            boolean over = client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && server.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
            if (over && toServer.position() == 0 && toClient.position() == 0) {
                return server.getSession().getProtocol() + " " + server.getSession().getCipherSuite();
            }
        }
        throw new IllegalStateException("no end after " + MAX_TURNS + " turns");
    }

    private static void speak(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws Exception {
        ByteBuffer data = ByteBuffer.allocate(1 << 16);
        for (int step = 0; step < MAX_TURNS; step++) {
            Runnable task;
            while ((task = engine.getDelegatedTask()) != null) {
                task.run();
            }
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_WRAP) {
                engine.wrap(ByteBuffer.allocate(0), out);
                continue;
            }
            in.flip();
            boolean more = in.hasRemaining();
            SSLEngineResult result = more ? engine.unwrap(in, data) : null;
            in.compact();
            data.clear();
            if (result == null || result.bytesConsumed() == 0 && result.getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
                return;
            }
        }
    }

    private static String causes(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = failure; cause != null && text.length() < 2000; cause = cause.getCause()) {
            text.append(text.length() == 0 ? "" : " <- ").append(cause.getClass().getSimpleName());
            text.append(": ").append(cause.getMessage());
        }
        return text.toString().replaceAll("\\s+", " ");
    }
}
