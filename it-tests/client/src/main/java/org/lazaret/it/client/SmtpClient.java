package org.lazaret.it.client;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends messages byte for byte (RFC 5321), so that broken ones arrive as broken as they are. Lines must end in CRLF. */
public final class SmtpClient {
    private final int port;

    public SmtpClient(int port) {
        this.port = port;
    }

    /** What writes a message that need not fit into memory. */
    @FunctionalInterface
    public interface Message {
        void writeTo(OutputStream out) throws IOException;
    }

    public void send(String from, List<String> recipients, byte[] message) throws IOException {
        send(from, recipients, out -> out.write(message));
    }

    public void send(String from, List<String> recipients, Message message) throws IOException {
        send(from, recipients, message, () -> { });
    }

    /**
     * @param accepted run at once when the server has said that it has the mail
     * @throws IOException also when the server does not accept the mail, with its reply
     */
    public void send(String from, List<String> recipients, Message message, Runnable accepted) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16)) {
            socket.setSoTimeout(60_000);
            expect(in, "2");
            command(out, in, "EHLO client.example.org", "2");
            command(out, in, "MAIL FROM:<" + from + ">", "2");
            for (String recipient : recipients) {
                command(out, in, "RCPT TO:<" + recipient + ">", "2");
            }
            command(out, in, "DATA", "3");
            DotStuffing body = new DotStuffing(out);
            message.writeTo(body);
            body.finish();
            out.flush();
            expect(in, "2");
            accepted.run();
            command(out, in, "QUIT", "2");
        }
    }

    private static void command(OutputStream out, BufferedReader in, String line, String expected) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        expect(in, expected);
    }

    private static void expect(BufferedReader in, String expected) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        if (line == null || !line.startsWith(expected)) {
            throw new IOException("The server said " + line);
        }
    }

    /** RFC 5321, section 4.5.2. */
    private static final class DotStuffing extends OutputStream {
        private final OutputStream out;
        private int last = '\n';

        DotStuffing(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            if (b == '.' && last == '\n') {
                out.write('.');
            }
            out.write(b);
            last = b;
        }

        void finish() throws IOException {
            out.write((last == '\n' ? ".\r\n" : "\r\n.\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }
}
